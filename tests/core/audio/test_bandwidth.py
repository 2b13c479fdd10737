"""Bandwidth extension: missing bands are filled in, full-band speech does not change."""

import pytest
import torch
from narrating_face.core.audio.bandwidth import TRAINING_SPECTRUM, extend_bandwidth
from narrating_face.core.audio.mel import log_mel
from narrating_face.core.audio.resample import resample

GENERATOR = torch.Generator().manual_seed(0)
SPEECH = torch.tensor(TRAINING_SPECTRUM)[None, :, None] + 0.5 * torch.randn(1, 1, 400, generator=GENERATOR)


def _band_limited(mel: torch.Tensor, band: int) -> torch.Tensor:
    cut = mel.clone()
    cut[:, band:] = -11.5
    return cut


def test_full_band_speech_does_not_change() -> None:
    assert torch.equal(extend_bandwidth(SPEECH), SPEECH)
    dull = SPEECH - torch.linspace(0, 2, 100)[:, None]
    assert torch.equal(extend_bandwidth(dull), dull)


@pytest.mark.parametrize("band", [60, 75, 90])
def test_missing_bands_are_filled_in_with_the_training_spectrum(band: int) -> None:
    filled = extend_bandwidth(_band_limited(SPEECH, band))
    assert torch.equal(filled[:, : band - 3], SPEECH[:, : band - 3])
    torch.testing.assert_close(filled, SPEECH, atol=0.3, rtol=0)


def test_new_bands_are_quiet_in_pauses() -> None:
    pauses = SPEECH.clone()
    pauses[..., 200:] -= 6
    filled = extend_bandwidth(_band_limited(pauses, 75))
    assert filled[:, 80:, 200:].mean() < filled[:, 80:, :200].mean() - 5


def test_a_recording_at_16_khz_is_filled_in_above_8_khz(reader_sample: tuple[torch.Tensor, int]) -> None:
    waveform, rate = reader_sample
    mel = log_mel(resample(resample(waveform[:, 0], rate, 16_000), 16_000, 24_000))
    filled = extend_bandwidth(mel)
    assert torch.equal(filled[:, :75], mel[:, :75])
    assert filled[:, 90:].amax() > mel[:, 90:].amax() + 2
