"""Minutes of narration -> whether the face lives: blinks, gaze, head and brows, seeds; and whether it stays sharp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...core.bundles import FaceMotion, Portrait, VoiceProfile
from ...core.model import FaceControls, NarratingModel
from ...core.motion_channels import CHANNEL_INDEX, CHANNELS
from ...core.pipeline import narrate
from ...core.runtime.measurement import Measurement
from .eval_lengths import SENTENCE
from .mouth import watch

SHARP_FRAMES = (1, 25, 50, 100, 1000)
LONG_ENOUGH = 10  # sentences of SENTENCE: over 1000 frames
CLOSED = 0.5  # lids count as shutting from here on
GAZE_STEP = 0.06  # of the eye's width within two frames
SEEDS = 3
STILL = 2  # levels of 255 by which what stands still may differ


@dataclass(frozen=True)
class IdleMotionRow:
    """``blink_seconds`` from the lids' leaving to their coming back; ``drift`` of the head from the first to the last
    ten seconds in radians; ``lids``: seen eye opening at a full blink by the open eye; ``sharpness`` of the frames
    SHARP_FRAMES by the portrait's, of what does not move in them, of the surroundings and of the face's skin."""

    blinks_a_minute: tuple[float, ...]
    blink_seconds: tuple[float, ...]
    gaze_shifts_a_minute: float
    head_range: float
    brow_raises_a_minute: float
    drift: float
    same_seed_equal: bool
    other_seed_correlation: float
    lids: float
    static: tuple[float, ...]
    surroundings: tuple[float, ...]
    skin: tuple[float, ...]


def eval_idle_motion(model: NarratingModel, portrait: Portrait, voice: VoiceProfile, task: Path, sentences: int):
    """One long narration under several seeds; only the frames that are looked at are rendered."""
    text = SENTENCE * max(sentences, LONG_ENOUGH)
    motions = [
        narrate(model, portrait, voice, text, controls=FaceControls(seed=seed)).known_motion() for seed in range(SEEDS)
    ]
    again = narrate(model, portrait, voice, text, controls=FaceControls(seed=0)).known_motion()
    first, other = motions[0], motions[1]
    count = min(first.frames, other.frames)
    minutes = first.frames / first.fps / 60
    blinks = [blink_spans(motion["blink_left"][0].numpy(), motion.fps) for motion in motions]
    frames = _frames(model, portrait, first, [min(number, first.frames) - 1 for number in SHARP_FRAMES])
    surroundings, skin = _regions(portrait)
    moved = np.abs(np.stack(frames).astype(int) - frames[0]).max((0, -1)) > STILL
    return IdleMotionRow(
        tuple(len(spans) / (motion.frames / motion.fps / 60) for spans, motion in zip(blinks, motions, strict=True)),
        tuple(seconds for spans in blinks for seconds in spans),
        gaze_shifts(first["gaze_x"][0].numpy(), first["gaze_y"][0].numpy()) / minutes,
        float(torch.stack([first[name].std() for name in ("head_yaw", "head_pitch", "head_roll")]).max()),
        rises(first["brow_raise"][0].numpy(), 0.2) / minutes,
        drift(first),
        bool(torch.equal(first.values, again.values)),
        float(np.corrcoef(first["head_yaw"][0, :count].numpy(), other["head_yaw"][0, :count].numpy())[0, 1]),
        _lids(model, portrait, task),
        _sharpness(frames, ~moved),
        _sharpness(frames, surroundings),
        _sharpness(frames, skin),
    )


def blink_spans(closure: np.ndarray, fps: float) -> list[float]:
    """Seconds of every blink in a curve of lid closure [F] 0..1."""
    moving = np.concatenate([[False], closure > 0.02, [False]])
    starts, ends = np.flatnonzero(~moving[:-1] & moving[1:]), np.flatnonzero(moving[:-1] & ~moving[1:])
    spans = zip(starts, ends, strict=True)
    return [(end - start + 1) / fps for start, end in spans if closure[start:end].max() > CLOSED]


def gaze_shifts(x: np.ndarray, y: np.ndarray) -> int:
    """Jumps of the gaze that reach GAZE_STEP within two frames."""
    moved = np.hypot(x[2:] - x[:-2], y[2:] - y[:-2]) > GAZE_STEP
    return int((moved[1:] & ~moved[:-1]).sum())


def rises(curve: np.ndarray, height: float) -> int:
    """How often a curve rises above ``height``."""
    above = curve > height
    return int((above[1:] & ~above[:-1]).sum())


def drift(motion: FaceMotion) -> float:
    """Radians between the head's mean pose in the first ten seconds (once eased in) and the last ten."""
    span, ease = round(10 * motion.fps), round(motion.fps)
    names = ("head_yaw", "head_pitch", "head_roll")
    return max(float(motion[name][0, -span:].mean() - motion[name][0, ease : ease + span].mean()) for name in names)


def sharpness(frame: np.ndarray, region: np.ndarray) -> float:
    """Variance of the Laplacian of a frame's green [H, W] over a region, bool [H, W]."""
    light = frame[..., 1].astype(np.float64)
    laplacian = 4 * light[1:-1, 1:-1] - light[:-2, 1:-1] - light[2:, 1:-1] - light[1:-1, :-2] - light[1:-1, 2:]
    inside = laplacian[region[1:-1, 1:-1]]
    return float(inside.var()) if inside.size else float("nan")


def _sharpness(frames: Sequence[np.ndarray], region: np.ndarray) -> tuple[float, ...]:
    """By that of the portrait, which comes first."""
    own, *others = (sharpness(frame, region) for frame in frames)
    return tuple(other / own for other in others)


def _frames(model: NarratingModel, portrait: Portrait, motion: FaceMotion, chosen: Sequence[int]) -> list[np.ndarray]:
    """The portrait at rest and the chosen frames, uint8 [H, W, 3]."""
    values = torch.cat([torch.zeros_like(motion.values[:, :1]), motion.values[:, list(chosen)]], 1)
    windows = list(model.render(portrait, FaceMotion(values, motion.fps)))
    return list(torch.cat(windows).numpy())


def _regions(portrait: Portrait) -> tuple[np.ndarray, np.ndarray]:
    """(what lies well off the face, the face without mouth and eyes), bool [H, W] of even size."""
    height, width = (side // 2 * 2 for side in portrait.image.shape[-2:])
    face = portrait.face_mask[0, 0, :height, :width]
    far = torch.nn.functional.max_pool2d(face[None], 2 * (height // 16) + 1, 1, height // 16)[0] < 0.02
    skin = (face > 0.95) & (portrait.lip_mask[0, 0, :height, :width] < 0.02) & ~_eyes(portrait, height, width)
    return far.numpy(), skin.numpy()


def _eyes(portrait: Portrait, height: int, width: int) -> Tensor:
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    reach = 0.35 * portrait.statistics.face_size
    centers = portrait.landmarks[[468, 473], :2].cpu()
    return torch.stack([torch.hypot(x - center[0], y - center[1]) < reach for center in centers]).any(0)


def _lids(model: NarratingModel, portrait: Portrait, task: Path) -> float:
    """Seen opening of the eyes at a full blink by that of the portrait."""
    values = torch.zeros(1, 2, len(CHANNELS))
    values[0, 1, [CHANNEL_INDEX["blink_left"], CHANNEL_INDEX["blink_right"]]] = 1.0
    frames = torch.cat(list(model.render(portrait, FaceMotion(values, 25.0)))).numpy()
    seen = watch(frames, task).eyes
    return float(seen[1] / seen[0])


def idle_motion_measurements(row: IdleMotionRow) -> list[Measurement]:
    blinks, seconds = np.array(row.blinks_a_minute), np.array(row.blink_seconds)
    return [
        Measurement("blinks a minute, least of the seeds", float(blinks.min()), 10, 25),
        Measurement("blinks a minute, most of the seeds", float(blinks.max()), 10, 25),
        Measurement("length of a blink, median", float(np.median(seconds)), 0.15, 0.5, "s"),
        Measurement("length of a blink, longest", float(seconds.max()), most=0.6, unit="s"),
        Measurement("seen lids at a full blink by the open eye", row.lids, most=0.4),
        Measurement("gaze shifts a minute", row.gaze_shifts_a_minute, 10, 90),
        Measurement("head motion, standard deviation", row.head_range, 0.01, 0.12, "rad"),
        Measurement("brow raises a minute", row.brow_raises_a_minute, 2, 30),
        Measurement("drift of the head", row.drift, -0.06, 0.06, "rad"),
        Measurement("same seed, same motion", float(row.same_seed_equal), least=1.0),
        Measurement("another seed: head's correlation", row.other_seed_correlation, -0.7, 0.7),
        Measurement("sharpness of static regions, least", min(row.static), 0.97, 1.03),
        Measurement("sharpness of static regions, most", max(row.static), 0.97, 1.03),
        Measurement("sharpness of the surroundings, least", min(row.surroundings)),
        Measurement("sharpness of moving skin, least", min(row.skin)),
        Measurement("sharpness of moving skin, spread from frame 25 on", max(row.skin[1:]) - min(row.skin[1:])),
    ]
