"""Log-mel spectrogram of the starter family: waveform [B, S] at 24 kHz -> [B, 100, S / 300], natural log of magnitudes.

Slaney mel scale and normalisation over 0..12 kHz, Hann window of 1024, hop 300. Frame t is centred on sample
300 t + 150, so that two frames make one speech token and S / 300 frames cover S samples exactly.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from ..timing import MEL_HOP, SAMPLE_RATE

N_MELS = 100
N_FFT = 1024
PADDING = (N_FFT - MEL_HOP) // 2
LOG_FLOOR = 1e-5
SPEECH_RANGE = 7.0  # frames within 7 nepers of power (30 dB) of the loudest count as speech


def magnitudes(waveform: Tensor) -> Tensor:
    """Linear magnitudes [B, 513, S / 300] of waveform [B, S]."""
    padded = F.pad(waveform[:, None], (PADDING, PADDING), mode="reflect")[:, 0]
    window = torch.hann_window(N_FFT, device=waveform.device)
    spectrum = torch.stft(padded, N_FFT, MEL_HOP, window=window, center=False, return_complex=True)
    return torch.view_as_real(spectrum).square().sum(-1).add(1e-10).sqrt()


def to_log_mel(magnitude: Tensor) -> Tensor:
    """Linear magnitudes [B, 513, T] -> log-mel [B, 100, T]."""
    return (slaney_filters().to(magnitude) @ magnitude).clamp_min(LOG_FLOOR).log()


def log_mel(waveform: Tensor) -> Tensor:
    """Log-mel [B, 100, S / 300] of waveform [B, S]."""
    return to_log_mel(magnitudes(waveform))


@lru_cache(maxsize=1)
def slaney_filters() -> Tensor:
    """Triangular Slaney filters [100, 513], each of unit area in Hz."""
    with torch.inference_mode(False):  # cached, and also used in training
        return _triangles()


def _triangles() -> Tensor:
    edges = _mel_to_hz(torch.linspace(0, _hz_to_mel(SAMPLE_RATE / 2), N_MELS + 2, dtype=torch.float64))
    bins = torch.linspace(0, SAMPLE_RATE / 2, N_FFT // 2 + 1, dtype=torch.float64)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    area = 2 / (edges[2:] - edges[:-2])
    return (torch.minimum(rising, falling).clamp_min(0) * area[:, None]).float()


_LINEAR_STEP = 200 / 3  # Hz per mel below 1 kHz
_LOG_STEP = 0.06875177742094912  # ln(6.4) / 27 above it


def _hz_to_mel(hertz: float) -> float:
    return 15 + float(torch.tensor(hertz / 1000, dtype=torch.float64).log()) / _LOG_STEP


def _mel_to_hz(mels: Tensor) -> Tensor:
    return torch.where(mels < 15, mels * _LINEAR_STEP, 1000 * ((mels - 15) * _LOG_STEP).exp())


def frame_levels(mel: Tensor) -> tuple[Tensor, Tensor]:
    """Log-mel [B, 100, T] -> log power of each frame [B, T], and the power above which it counts as speech [B, 1]."""
    level = (2 * mel).logsumexp(1)
    return level, level.amax(-1, keepdim=True) - SPEECH_RANGE
