"""Idle motion: determined by the seed, independent of chunks, and within human statistics."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from narrating_face.core.face.idle_motion import IdleMotion
from narrating_face.core.motion_channels import EXPRESSION
from narrating_face.core.settings import FaceControls
from torch import Tensor

FPS = 25.0
SHUT = 0.8


def speech(seconds: float, fps: float = FPS, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Syllables of random strength, five a second, in phrases of 2.5 s with pauses of 0.5 s."""
    frames = round(seconds * fps)
    time = (torch.arange(frames) / fps).double()
    strength = torch.rand(5 * frames, generator=torch.Generator().manual_seed(seed))
    speaking = time % 3 < 2.5
    energy = torch.sin(torch.pi * 5 * time).square() * (0.4 + 0.6 * strength[(5 * time).long()]) * speaking
    ends = speaking & ~torch.cat([speaking[1:], torch.tensor([False])])
    return energy.float(), ends, speaking


def idle_motion(seconds: float = 60, fps: float = FPS, known_length: bool = True, **controls) -> Tensor:
    """Values [F, 9] over the speech above."""
    frames = speech(seconds, fps)
    return IdleMotion(FaceControls(**controls), fps, len(frames[0]) if known_length else None).advance(*frames)


def channel(values: Tensor, name: str) -> Tensor:
    return values[:, EXPRESSION.index(name)]


def blink_starts(values: Tensor) -> Tensor:
    shut = channel(values, "blink_left") > 0.5
    return (shut[1:] & ~shut[:-1]).nonzero()[:, 0]


def runs(mask: Tensor) -> list[int]:
    """Lengths of the runs of True."""
    edges = torch.diff(torch.nn.functional.pad(mask.int(), (1, 1)))
    return ((edges == -1).nonzero() - (edges == 1).nonzero())[:, 0].tolist()


def test_one_value_per_frame_and_channel():
    assert idle_motion(3).shape == (75, len(EXPRESSION))
    empty = torch.zeros(0)
    assert IdleMotion(FaceControls(), FPS).advance(empty, empty.bool(), empty.bool()).shape == (0, 9)


def test_the_seed_determines_every_channel():
    assert torch.equal(idle_motion(seed=3), idle_motion(seed=3))
    difference = (idle_motion(seed=3) - idle_motion(seed=4)).abs().amax(0)
    assert (difference > 0.02).all()


@pytest.mark.parametrize("length", [1, 7, 16, 250])
def test_chunks_of_any_size_give_the_same_motion(length):
    frames = speech(40)
    whole = IdleMotion(FaceControls(seed=1), FPS, 1000).advance(*frames)
    stream = IdleMotion(FaceControls(seed=1), FPS, 1000)
    chunks = [stream.advance(*chunk) for chunk in zip(*(part.split(length) for part in frames), strict=True)]
    assert torch.equal(torch.cat(chunks), whole)


@pytest.mark.parametrize("seed", range(5))
def test_blinks_have_human_rates_and_durations(seed):
    values = idle_motion(300, seed=seed)
    starts = blink_starts(values)
    assert 10 <= len(starts) / 5 <= 25
    gaps = starts.diff() / FPS
    assert gaps.min() > 0.5 and gaps.max() < 15
    assert gaps.std() > 0.3 * gaps.mean()  # irregular
    closure = channel(values, "blink_left")
    assert torch.equal(closure, channel(values, "blink_right"))
    for frames in runs(closure > SHUT):
        assert 0.04 <= frames / FPS <= 0.24
    for frames in runs(closure > 0):
        assert 0.2 <= frames / FPS <= 0.5


@pytest.mark.parametrize(
    "rate", [pytest.param(6.0, marks=pytest.mark.slow), 12.0, pytest.param(24.0, marks=pytest.mark.slow)]
)
def test_blinks_keep_the_requested_rate(rate):
    counts = [len(blink_starts(idle_motion(300, seed=seed, blink_rate=rate))) / 5 for seed in range(6)]
    assert sum(counts) / 6 == pytest.approx(rate, rel=0.15)


@pytest.mark.parametrize("fps", [12.0, 25.0, 60.0])
def test_every_blink_has_a_shut_frame_at_any_frame_rate(fps):
    values = idle_motion(120, fps, seed=2)
    closure = channel(values, "blink_left")
    peaks = [closure[first : first + round(0.4 * fps)].max() for first in blink_starts(values)]
    assert len(peaks) > 15 and min(peaks) > 0.75


def test_blinks_prefer_phrase_ends():
    near = total = 0
    for seed in range(6):
        starts = blink_starts(idle_motion(300, seed=seed)) / FPS
        near += ((starts % 3 > 2.4) & (starts % 3 < 2.7)).sum().item()
        total += len(starts)
    assert near / total > 2 * 0.1  # that span is a tenth of the time


@pytest.mark.parametrize("seed", range(8))
def test_eyes_are_open_at_the_end(seed):
    whole = channel(idle_motion(30, seed=seed, blink_rate=30, known_length=False), "blink_left")
    for length in range(300, 750, 37):
        frames = [part[:length] for part in speech(30)]
        values = IdleMotion(FaceControls(seed=seed, blink_rate=30), FPS, length).advance(*frames)
        assert channel(values, "blink_left")[-1] < 0.05
    assert whole.max() > 0.9


def test_zeros_switch_motion_off():
    still = idle_motion(60, expression=0, head_motion=0, blink_rate=0)
    assert still.abs().max() == 0
    assert channel(idle_motion(60, head_motion=0), "head_pitch").abs().max() == 0
    assert channel(idle_motion(60, expression=0), "brow_raise").abs().max() == 0
    assert channel(idle_motion(60, expression=0), "head_pitch").abs().max() > 0.02


def test_strengths_scale_the_motion():
    weak, strong = idle_motion(60, head_motion=0.5), idle_motion(60, head_motion=1.5)
    assert channel(strong, "head_yaw").std() > 2.5 * channel(weak, "head_yaw").std()
    weak, strong = idle_motion(60, expression=0.5), idle_motion(60, expression=1.5)
    assert channel(strong, "brow_raise").std() > 2.5 * channel(weak, "brow_raise").std()


def test_motion_starts_at_the_portraits_pose_and_is_smooth():
    for seed in range(10):
        values = idle_motion(20, seed=seed, gaze_x=0.4)
        assert values[0].abs().max() < 1e-6
        assert values[:3].abs().max() < 0.05
        head = values[:, 6:]
        assert head.diff(dim=0).abs().max() < 0.05  # radians a frame
        assert channel(values, "brow_raise").diff().abs().max() < 0.3


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_motion_is_bounded_and_does_not_drift_in_ten_minutes(seed):
    values = idle_motion(600, seed=seed, head_motion=2, expression=2)
    assert torch.isfinite(values).all()
    assert values[:, :2].min() >= 0 and values[:, :2].max() <= 1
    assert values[:, 2:6].abs().max() <= 1
    assert values[:, 6:].abs().max() <= 0.35
    natural = idle_motion(600, seed=seed)
    for part in natural.chunk(4):
        assert part[:, 2:6].mean(0).abs().max() < 0.1
        assert part[:, 6:].mean(0).abs().max() < 0.02


def test_gaze_returns_to_its_target():
    values = idle_motion(300, gaze_x=0.3, gaze_y=-0.2, head_motion=0)
    gaze_x, gaze_y = channel(values[50:], "gaze_x"), channel(values[50:], "gaze_y")
    assert gaze_x.median() == pytest.approx(0.3, abs=0.02)
    assert gaze_y.median() == pytest.approx(-0.2, abs=0.02)
    away = (gaze_x - 0.3).abs() > 0.08
    assert 0.05 < away.float().mean() < 0.45
    assert max(runs(away)) / FPS < 2


def test_the_eyes_counter_the_turns_of_the_head():
    values = idle_motion(120, expression=0)
    pair = torch.stack([channel(values, "gaze_x"), channel(values, "head_yaw")])
    assert torch.corrcoef(pair)[0, 1] < -0.99


def test_speech_moves_head_and_brows():
    energy, ends, speaking = speech(120)
    quiet = IdleMotion(FaceControls(), FPS).advance(energy * 0, ends & False, speaking & False)
    loud = IdleMotion(FaceControls(), FPS).advance(energy, ends, speaking)
    for name in ("head_pitch", "brow_raise"):
        assert channel(loud, name).diff().std() > 2 * channel(quiet, name).diff().std()


def test_head_motion_does_not_change_the_blinks():
    controls = FaceControls(seed=5)
    still = dataclasses.replace(controls, head_motion=0)
    values, other = (IdleMotion(chosen, FPS).advance(*speech(60)) for chosen in (controls, still))
    assert torch.equal(channel(values, "blink_left"), channel(other, "blink_left"))
