"""Resampling, filter banks and mel spectrograms against torchaudio itself, computed side by side on the same signal.

``TORCHAUDIO_FOLDER`` names the folder that ``pip install --no-deps --target FOLDER torchaudio==2.11.0`` filled.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from types import ModuleType

import pytest
import torch
from narrating_face.core.audio import mel
from narrating_face.core.audio.resample import ROLLOFF, ZERO_CROSSINGS, resample
from narrating_face.core.voice.xtts import mel as xtts_mel
from narrating_face.core.voice.xtts.reference_audio import resample_reference
from torch import Tensor
from torch.testing import assert_close
from torchaudio_stub import imported_torchaudio

pytestmark = pytest.mark.torchaudio
RATES = [
    *((8_000, 24_000), (11_025, 24_000), (16_000, 48_000), (22_050, 24_000), (24_000, 16_000)),
    *((24_000, 22_050), (44_100, 24_000), (48_000, 24_000), (96_000, 22_050)),
]
BOTH = pytest.mark.parametrize(("rate", "target"), RATES)


@pytest.fixture(scope="module")
def torchaudio() -> Iterator[ModuleType]:
    folder = os.environ.get("TORCHAUDIO_FOLDER")
    if folder is None and find_spec("torchaudio") is None:
        reason = "TORCHAUDIO_FOLDER is not set and torchaudio is not installed: see this file's first lines."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with imported_torchaudio(folder) as module:
        yield module


def noise(rate: int, seconds: float = 0.3) -> Tensor:
    """Two channels [2, S] with energy up to the Nyquist frequency."""
    return 0.3 * torch.randn(2, int(rate * seconds), generator=torch.Generator().manual_seed(rate))


@BOTH
def test_resampling(torchaudio: ModuleType, rate: int, target: int):
    waveform = noise(rate)
    options = {"lowpass_filter_width": ZERO_CROSSINGS, "rolloff": ROLLOFF}
    expected = torchaudio.functional.resample(waveform.double(), rate, target, **options)
    assert_close(resample(waveform, rate, target).double(), expected, atol=1e-6, rtol=0)


@BOTH
def test_resampling_of_xtts_reference_audio(torchaudio: ModuleType, rate: int, target: int):
    waveform = noise(rate)
    expected = torchaudio.functional.resample(waveform, rate, target)
    assert_close(resample_reference(waveform, rate, target), expected, atol=5e-7, rtol=0)


def test_slaney_filter_bank(torchaudio: ModuleType):
    bands = torchaudio.functional.melscale_fbanks(mel.N_FFT // 2 + 1, 0, 12_000, mel.N_MELS, 24_000, "slaney", "slaney")
    assert_close(mel.slaney_filters(), bands.T, atol=1e-6, rtol=0)


def test_log_mel(torchaudio: ModuleType):
    waveform = noise(24_000, 1)
    spectrogram = torchaudio.transforms.MelSpectrogram(
        24_000, 1024, hop_length=300, n_mels=100, power=1, center=False, norm="slaney", mel_scale="slaney"
    )
    padding = (1024 - 300) // 2
    padded = torch.nn.functional.pad(waveform[:, None], (padding, padding), mode="reflect")[:, 0]
    assert_close(mel.log_mel(waveform), spectrogram(padded).clamp_min(1e-5).log(), atol=1e-4, rtol=0)


@pytest.mark.parametrize(("rate", "bins", "bands", "norm"), [(22_050, 1025, 80, "slaney"), (16_000, 257, 64, None)])
def test_filter_banks_of_xtts(torchaudio: ModuleType, rate: int, bins: int, bands: int, norm: str | None):
    expected = torchaudio.functional.melscale_fbanks(bins, 0, 8_000, bands, rate, norm, "htk").T
    assert_close(xtts_mel.htk_filters(rate, bins, bands, norm is not None), expected, atol=1e-5, rtol=0)


def test_conditioning_mel_of_xtts(torchaudio: ModuleType):
    waveform, mel_stats = noise(22_050, 1), 1 + torch.rand(80, generator=torch.Generator().manual_seed(0))
    spectrogram = torchaudio.transforms.MelSpectrogram(
        22_050, 2048, win_length=1024, hop_length=256, f_min=0, f_max=8_000, n_mels=80, norm="slaney"
    )
    expected = spectrogram(waveform).clamp_min(1e-5).log() / mel_stats[:, None]
    assert_close(xtts_mel.conditioning_mel(waveform, mel_stats), expected, atol=1e-4, rtol=0)


def test_speaker_mel_of_xtts(torchaudio: ModuleType):
    waveform = noise(16_000, 1)
    emphasized = torchaudio.functional.preemphasis(waveform, 0.97)
    emphasized[:, 0] = waveform[:, 0] - 0.97 * waveform[:, 1]  # the checkpoint's own start: x[-1] = x[1]
    spectrogram = torchaudio.transforms.MelSpectrogram(
        16_000, 512, win_length=400, hop_length=160, window_fn=torch.hamming_window, n_mels=64
    )
    assert_close(xtts_mel.speaker_power(waveform, 64), spectrogram(emphasized), atol=1e-4, rtol=1e-4)
