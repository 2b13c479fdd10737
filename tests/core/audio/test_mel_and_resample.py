"""Log-mel and resampling against recorded results of torchaudio for the same signal (tests/data/audio.safetensors)."""

from pathlib import Path

import pytest
import torch
from narrating_face.core.audio.mel import (
    N_FFT,
    PADDING,
    log_mel,
    slaney_filters,
)
from narrating_face.core.audio.resample import resample
from narrating_face.core.voice.hifi_generator import inverse_stft
from safetensors.torch import load_file

GOLDEN = load_file(Path(__file__).parents[2] / "data" / "audio.safetensors")


def test_log_mel_equals_that_of_torchaudio():
    torch.testing.assert_close(log_mel(GOLDEN["signal"][None])[0], GOLDEN["log_mel"], atol=1e-4, rtol=0)


@pytest.mark.parametrize(("rate", "target"), [(44_100, 24_000), (8_000, 24_000), (48_000, 24_000), (24_000, 16_000)])
def test_resampling_equals_that_of_torchaudio(rate: int, target: int):
    expected = GOLDEN[f"resampled_{rate}_{target}"]
    torch.testing.assert_close(resample(GOLDEN[f"source_{rate}"], rate, target), expected, atol=2e-5, rtol=0)


def test_resampling_in_chunks_has_no_seams():
    time = torch.arange(96_000) / 48_000
    tone = resample(torch.sin(2 * torch.pi * 440 * time), 48_000, 24_000)
    expected = torch.sin(2 * torch.pi * 440 * torch.arange(48_000) / 24_000)
    torch.testing.assert_close(tone[200:-200], expected[200:-200], atol=1e-3, rtol=0)


def test_inverse_stft_inverts_the_stft_of_the_mel_front_end():
    wave = GOLDEN["signal"][None]
    padded = torch.nn.functional.pad(wave[:, None], (PADDING, PADDING), mode="reflect")[:, 0]
    spectrum = torch.stft(padded, N_FFT, 300, window=torch.hann_window(N_FFT), center=False, return_complex=True)
    torch.testing.assert_close(inverse_stft(spectrum), wave, atol=1e-5, rtol=0)


def test_filters_cached_in_inference_mode_can_be_used_in_training():
    slaney_filters.cache_clear()
    with torch.inference_mode():
        log_mel(torch.zeros(1, 2400))
    waveform = torch.randn(1, 2400, requires_grad=True)
    log_mel(waveform).sum().backward()
    assert waveform.grad is not None and waveform.grad.abs().max() > 0
