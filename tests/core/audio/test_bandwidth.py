"""The missing top of band-limited samples is filled in; whole ones stay as they are."""

import pytest
import torch
from narrating_face.core.audio.bandwidth import USUAL, whole_band
from narrating_face.core.audio.mel import log_mel
from narrating_face.core.audio.resample import resample

CHANCE = torch.Generator().manual_seed(0)
SPEECH = torch.tensor(USUAL)[None, :, None] + 0.5 * torch.randn(1, 1, 400, generator=CHANCE)


def _cut(mel: torch.Tensor, band: int) -> torch.Tensor:
    cut = mel.clone()
    cut[:, band:] = -11.5
    return cut


def test_speech_of_the_whole_band_is_left_alone() -> None:
    assert torch.equal(whole_band(SPEECH), SPEECH)
    dull = SPEECH - torch.linspace(0, 2, 100)[:, None]
    assert torch.equal(whole_band(dull), dull)


@pytest.mark.parametrize("band", [60, 75, 90])
def test_what_was_cut_away_comes_back_as_it_usually_is(band: int) -> None:
    filled = whole_band(_cut(SPEECH, band))
    assert torch.equal(filled[:, : band - 3], SPEECH[:, : band - 3])
    torch.testing.assert_close(filled, SPEECH, atol=0.3, rtol=0)


def test_the_top_is_as_silent_as_the_rest_in_pauses() -> None:
    pauses = SPEECH.clone()
    pauses[..., 200:] -= 6
    filled = whole_band(_cut(pauses, 75))
    assert filled[:, 80:, 200:].mean() < filled[:, 80:, :200].mean() - 5


def test_a_recording_of_16_khz_is_filled_above_its_end(reader_sample: tuple[torch.Tensor, int]) -> None:
    waveform, rate = reader_sample
    mel = log_mel(resample(resample(waveform[:, 0], rate, 16_000), 16_000, 24_000))
    filled = whole_band(mel)
    assert torch.equal(filled[:, :75], mel[:, :75])
    assert filled[:, 90:].amax() > mel[:, 90:].amax() + 2
