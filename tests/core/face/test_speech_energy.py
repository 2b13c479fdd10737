"""Energy and pauses depend on the speech, not on the recording's level, rate or chunks."""

from __future__ import annotations

import math

import pytest
import torch
from narrating_face.core.face.speech_energy import SpeechEnergy, phrase_ends
from torch import Tensor


def bursts(rate: int = 24_000, seconds: float = 4.0) -> Tensor:
    """A tone that is loud in 0.5-1.5 s (with a gap of 80 ms at 1.0) and at a third of that in 2.5-3.5 s."""
    time = torch.arange(round(seconds * rate)) / rate
    first = (time > 0.5) & (time < 1.5) & ((time < 1.0) | (time > 1.08))
    second = (time > 2.5) & (time < 3.5)
    return ((0.3 * first + 0.1 * second) * torch.sin(2 * math.pi * 200 * time))[None, None]


def speech_energy(waveform: Tensor, rate: int, fps: float) -> tuple[Tensor, Tensor]:
    """Energy and speaking of a whole recording."""
    energy, speaking, _ = SpeechEnergy(rate, fps).advance(waveform.reshape(-1, waveform.shape[-1]).mean(0), last=True)
    return energy, speaking


def test_energy_is_relative_to_the_loudest_part():
    energy, speaking = speech_energy(bursts(), 24_000, 25)
    assert energy.shape == speaking.shape == (100,)
    assert energy[15:22].min() > 0.95 and energy[:11].max() == 0
    assert 0.5 < energy[70:80].mean() < 0.8
    assert speaking[13:37].all() and speaking[63:87].all()  # the short gap is not a pause
    assert not speaking[:11].any() and not speaking[40:60].any()


def test_phrase_ends_are_the_last_frames_before_pauses():
    _, speaking = speech_energy(bursts(), 24_000, 25)
    ends = phrase_ends(speaking).nonzero()[:, 0].tolist()
    assert len(ends) == 2
    assert ends[0] == pytest.approx(37, abs=1) and ends[1] == pytest.approx(87, abs=1)
    assert phrase_ends(torch.ones(5, dtype=torch.bool)).tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("gain", [0.01, 0.1, 3.0])
def test_the_level_of_the_recording_does_not_matter(gain):
    noise = 1e-4 * torch.randn(96_000, generator=torch.Generator().manual_seed(0))
    waveform = bursts() + noise
    energy, speaking = speech_energy(waveform, 24_000, 25)
    scaled_energy, scaled_speaking = speech_energy(waveform * gain, 24_000, 25)
    assert (energy - scaled_energy).abs().max() < 0.01
    assert torch.equal(speaking, scaled_speaking)


@pytest.mark.parametrize(("rate", "fps"), [(16_000, 25.0), (44_100, 29.97), (24_000, 1.0), (8_000, 60.0)])
def test_one_value_per_frame_at_any_rate(rate, fps):
    energy, speaking = speech_energy(bursts(rate, 3.01), rate, fps)
    assert len(energy) == len(speaking) == math.ceil(3.01 * fps)


@pytest.mark.parametrize("samples", [1, 100, 24_000])
def test_silence_has_no_energy_and_no_speech(samples):
    energy, speaking = speech_energy(torch.zeros(1, 1, samples), 24_000, 25)
    assert not speaking.any() and energy.max() == 0


@pytest.mark.parametrize("size", [1_000, 24_000, 70_001])
def test_chunks_of_any_size_give_the_same_result(size):
    waveform = torch.cat([bursts(), bursts() * 0.2, bursts() * 0.7], -1)[0, 0]
    whole = SpeechEnergy(24_000, 25).advance(waveform, last=True)
    stream = SpeechEnergy(24_000, 25)
    results = [stream.advance(chunk) for chunk in waveform.split(size)]
    results.append(stream.advance(waveform[:0], last=True))
    for chunks, expected in zip(zip(*results, strict=True), whole, strict=True):
        assert torch.equal(torch.cat(chunks), expected)


def test_noise_in_a_long_pause_is_not_speech():
    noise = 1e-3 * torch.randn(25 * 24_000, generator=torch.Generator().manual_seed(0))
    _, speaking = speech_energy(torch.cat([bursts()[0, 0], noise]), 24_000, 25)
    assert not speaking[120:].any()
