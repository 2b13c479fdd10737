"""Harmonic phases: generated sound has the given pitch, down to voices as low as the frame rate."""

import math

import pytest
import torch
from narrating_face.core.audio.mel import magnitudes
from narrating_face.core.audio.pitch import fundamental, median_hz
from narrating_face.core.voice.harmonics import (
    PhaseAccumulator,
    harmonic_phase,
    harmonic_weight,
    pitch_columns,
)
from narrating_face.core.voice.hifi_generator import inverse_stft


def buzz(hertz: float, seconds: float = 1.0) -> torch.Tensor:
    """A harmonic tone [S] whose partials start at random phases."""
    time = torch.arange(int(24_000 * seconds)) / 24_000
    start = torch.rand(30, generator=torch.Generator().manual_seed(0)) * 2 * math.pi
    partials = [torch.sin(2 * math.pi * hertz * k * time + start[k - 1]) / k for k in range(1, 31)]
    return 0.1 * torch.stack(partials).sum(0)


@pytest.mark.parametrize("hertz", [75.0, 83.0, 120.0, 210.0])
def test_magnitudes_with_harmonic_phases_have_the_given_pitch(hertz: float):
    frames = magnitudes(buzz(hertz)[None])  # [1, 513, T]
    pitch = torch.tensor([math.log2(hertz / 160), 1.0]).expand(1, frames.shape[-1], 2)
    phase = harmonic_phase(pitch, PhaseAccumulator().advance(pitch))
    sound = inverse_stft(torch.polar(frames, phase))[0]
    f0 = fundamental(sound)
    assert (f0 > 0).float().mean() > 0.9
    assert median_hz(f0) == pytest.approx(hertz, rel=0.01)


def test_phases_accumulated_over_chunks_equal_those_of_one_pass():
    pitch = torch.randn(2, 50, 2, generator=torch.Generator().manual_seed(1))
    phase = PhaseAccumulator()
    cycles = torch.cat([phase.advance(chunk) for chunk in pitch.split([1, 13, 30, 6], 1)], 1)
    assert torch.equal(cycles, PhaseAccumulator().advance(pitch))


def test_pitch_is_interpolated_through_unvoiced_frames():
    columns = pitch_columns(torch.tensor([0.0, 160.0, 0.0, 320.0, 0.0]))
    assert columns.shape == (10, 2)
    assert columns[:3, 0].abs().max() == 0 and columns[-2:, 0].tolist() == [1.0, 1.0]
    assert (columns[:, 0].diff() >= 0).all()
    assert columns[0, 1] == 0 and 0 < columns[2, 1] < 1


def test_only_low_bins_of_voiced_frames_are_harmonic():
    weight = harmonic_weight(torch.tensor([[[0.0, 1.0], [0.0, 0.0]]]))
    assert weight[0, 10, 0] == 1 and weight[0, 400, 0] == 0
    assert weight[0, :, 1].max() == 0
