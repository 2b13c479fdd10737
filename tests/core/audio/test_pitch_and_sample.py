"""Pitch of known tones; statistics, trimming and refusals of voice samples."""

from collections.abc import Callable

import pytest
import torch
from narrating_face.core.audio.loudness import active_rms, normalize_loudness
from narrating_face.core.audio.pitch import fundamental, median_hz, semitones
from narrating_face.core.audio.sample import prepare_sample, to_mono
from narrating_face.core.errors import InputError
from narrating_face.core.voice.xtts.reference_audio import reference_audio


def voice(hertz: float, seconds: float = 2.0, rate: int = 24_000) -> torch.Tensor:
    """A buzzing vowel: harmonics falling by 6 dB an octave: [S]."""
    time = torch.arange(int(seconds * rate), dtype=torch.float64) / rate
    harmonics = [torch.sin(2 * torch.pi * hertz * k * time + k) / k for k in range(1, int(4000 / hertz))]
    return (0.1 * torch.stack(harmonics).sum(0)).float()


def noise(samples: int) -> torch.Tensor:
    return torch.randn(samples, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("hertz", [75, 110, 165, 220, 330, 440])
def test_the_fundamental_is_found_within_two_percent(hertz: int):
    f0 = fundamental(voice(hertz))
    assert f0.shape == (80,)
    assert abs(median_hz(f0) / hertz - 1) < 0.02
    assert float((f0 > 0).float().mean()) > 0.9


def test_noise_and_silence_are_unvoiced():
    assert float((fundamental(0.1 * noise(48_000)) > 0).float().mean()) < 0.1
    assert median_hz(fundamental(torch.zeros(24_000))) == 0


def test_semitones_are_relative_to_the_reference_and_zero_where_unvoiced():
    torch.testing.assert_close(
        semitones(torch.tensor([0.0, 100.0, 200.0, 50.0]), 100.0), torch.tensor([0.0, 0, 12, -12])
    )


def test_loudness_is_normalised_over_speech_without_pauses():
    speech = torch.cat([voice(120), torch.zeros(48_000)])
    assert active_rms(normalize_loudness(speech)) == pytest.approx(0.08, rel=0.01)
    assert torch.equal(normalize_loudness(torch.zeros(2400)), torch.zeros(2400))


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 2), (44_100, 2), (48_000, 1), (96_000, 2)])
def test_any_rate_and_channel_count_gives_the_same_speech(rate: int, channels: int):
    wave = voice(150, 2.0, rate)[None, None].expand(1, channels, -1)
    speech, statistics = prepare_sample(wave, rate)
    assert abs(len(speech) / 24_000 - 2.0) < 0.06
    assert statistics.median_f0_hz == pytest.approx(150, rel=0.02)
    assert statistics.seconds == pytest.approx(2.0, abs=0.06)


def test_silence_is_cut_and_noise_is_measured():
    background = 0.004 * noise(72_000)
    wave = background + torch.cat([torch.zeros(24_000), voice(150, 1.0), torch.zeros(24_000)])
    speech, statistics = prepare_sample(wave[None, None], 24_000)
    assert 0.9 < len(speech) / 24_000 < 1.5
    assert 20 < statistics.snr_db < 60


def test_clipping_is_measured():
    clipped = (20 * voice(150)).clamp(-1, 1)
    assert prepare_sample(clipped[None, None], 24_000)[1].clipped > 0.05
    assert prepare_sample(voice(150)[None, None], 24_000)[1].clipped == 0


@pytest.mark.parametrize(
    ("wave", "words"),
    [
        (torch.zeros(1, 1, 48_000), "nearly silent"),
        (1e-4 * voice(150)[None, None], "nearly silent"),
        (voice(150, 0.1)[None, None], "at least 0.3 s"),
        (0.1 * noise(48_000)[None, None], "above its noise"),
        (torch.full((1, 1, 48_000), float("nan")), "NaN"),
        (torch.zeros(1, 1, 0), "must hold samples"),
        (torch.zeros(48_000), "must hold samples"),
    ],
)
def test_unusable_samples_are_refused_in_one_sentence(wave: torch.Tensor, words: str):
    with pytest.raises(InputError, match=words) as refusal:
        prepare_sample(wave, 24_000)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("rate", [0, -1, 10**7])
@pytest.mark.parametrize("prepare", [to_mono, lambda wave, rate: reference_audio(wave, rate, 30.0)])
def test_impossible_rates_are_refused(prepare: Callable[[torch.Tensor, int], torch.Tensor], rate: int):
    with pytest.raises(InputError, match="sample rate"):
        prepare(torch.zeros(1, 1, 100), rate)


@pytest.mark.parametrize("wave", [torch.full((1, 2, 100), float("nan")), torch.full((1, 1, 100), float("inf"))])
def test_reference_audio_of_xtts_passes_the_same_checks(wave: torch.Tensor):
    with pytest.raises(InputError, match="NaN or infinite"):
        reference_audio(wave, 24_000, 30.0)


def test_only_the_first_recording_of_a_batch_is_used():
    batch = torch.stack([voice(150)[None], torch.full((1, 48_000), float("nan"))])
    assert torch.equal(to_mono(batch, 24_000), to_mono(batch[:1], 24_000))
