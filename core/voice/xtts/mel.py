"""The two mel front ends of XTTS-v2, both on the HTK mel scale over 0..8 kHz.

    conditioning   22.05 kHz, STFT 2048 / 256 / 1024, Hann, 80 bands of unit area, log, divided by ``mel_stats``
    speaker        16 kHz with pre-emphasis, STFT 512 / 160 / 400, Hamming, 64 bands, log, normalised over time

Waveform [B, S] -> [B, bands, 1 + S // hop].
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from .config import REFERENCE_RATE, SPEAKER_RATE

MAX_HZ = 8000.0
FLOOR, SPEAKER_FLOOR = 1e-5, 1e-6
PRE_EMPHASIS = 0.97


def conditioning_mel(waveform: Tensor, mel_stats: Tensor) -> Tensor:
    """[B, S] at 22.05 kHz -> [B, 80, 1 + S // 256]."""
    power = power_spectrum(waveform, 2048, 256, torch.hann_window(1024, device=waveform.device))
    filters = htk_filters(REFERENCE_RATE, 1025, len(mel_stats), True).to(power)
    return (filters @ power).clamp_min(FLOOR).log() / mel_stats[:, None]


def speaker_mel(waveform: Tensor, bands: int) -> Tensor:
    """[B, S] at 16 kHz -> [B, 64, 1 + S // 160], each band of zero mean and unit deviation over time."""
    return F.instance_norm((speaker_power(waveform, bands) + SPEAKER_FLOOR).log(), eps=1e-5)


def speaker_power(waveform: Tensor, bands: int) -> Tensor:
    """Mel energies [B, bands, 1 + S // 160] of the pre-emphasised waveform."""
    power = power_spectrum(pre_emphasize(waveform), 512, 160, torch.hamming_window(400, device=waveform.device))
    return htk_filters(SPEAKER_RATE, 257, bands, False).to(power) @ power


def pre_emphasize(waveform: Tensor) -> Tensor:
    """y[t] = x[t] - 0.97 x[t - 1], with x[-1] = x[1]."""
    return waveform - PRE_EMPHASIS * F.pad(waveform[:, None], (1, 0), mode="reflect")[:, 0, :-1]


def power_spectrum(waveform: Tensor, size: int, hop: int, window: Tensor) -> Tensor:
    """[B, S] -> [B, size / 2 + 1, 1 + S // hop]."""
    spectrum = torch.stft(
        waveform, size, hop, len(window), window, center=True, pad_mode="reflect", return_complex=True
    )
    return spectrum.abs().square()


@lru_cache(maxsize=4)
def htk_filters(rate: int, bins: int, bands: int, unit_area: bool) -> Tensor:
    """Triangular HTK filters [bands, bins]."""
    with torch.inference_mode(False):  # cached, and also used in training
        edges = _hertz(torch.linspace(0, _mels(MAX_HZ), bands + 2, dtype=torch.float64))
        frequencies = torch.linspace(0, rate // 2, bins, dtype=torch.float64)
        rising = (frequencies[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
        falling = (edges[2:, None] - frequencies[None]) / (edges[2:] - edges[1:-1])[:, None]
        triangles = torch.minimum(rising, falling).clamp_min(0)
        area = 2 / (edges[2:] - edges[:-2])[:, None] if unit_area else 1.0
        return (triangles * area).float()


def _mels(hertz: float) -> float:
    return 2595 * float(torch.tensor(1 + hertz / 700, dtype=torch.float64).log10())


def _hertz(mels: Tensor) -> Tensor:
    return 700 * (10 ** (mels / 2595) - 1)
