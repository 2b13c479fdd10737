"""Stationary noise, estimated in the pauses of a recording and subtracted: log-mel [1, 100, T] -> [1, 100, T].

The magnitudes of the quietest tenth of the frames estimate the noise, which is subtracted everywhere (spectral
subtraction, Boll 1979). A recording without pauses, whose quietest frames are speech, stays as it is.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..timing import SAMPLE_RATE
from .mel import LOG_FLOOR, N_MELS, log_mel

PAUSE_QUANTILE = 0.1  # of the levels of all frames
MIN_RANGE = 1.4  # nepers (12 dB) from pauses to speech
SUBTRACTION = 1.0  # times the mean noise; more damages quiet sounds
MAX_SAMPLES = 60 * SAMPLE_RATE  # of a recording that are analysed


def estimate_noise(mono: Tensor) -> Tensor:
    """Mono speech [S] at 24 kHz -> mean mel magnitudes of its pauses [100, 1]; 0 without pauses."""
    return pause_magnitudes(mono).mean(1, keepdim=True)


def pause_magnitudes(mono: Tensor) -> Tensor:
    """Mono speech [S] at 24 kHz -> mel magnitudes of its quietest frames [100, n]; one frame of 0 without pauses."""
    mel = log_mel(mono[None, :MAX_SAMPLES])[0]  # [100, T]
    level = mel.exp().square().sum(0).log() / 2  # [T]
    limit = level.quantile(PAUSE_QUANTILE)
    if level.quantile(0.9) - limit < MIN_RANGE:
        return mel.new_zeros(N_MELS, 1)
    return mel[:, level <= limit].exp()


def add_noise(mel: Tensor, noise: Tensor) -> Tensor:
    """Log-mel [B, 100, T] with noise [100, n], as from ``pause_magnitudes``, repeated over all frames."""
    repeated = noise[:, torch.arange(mel.shape[-1], device=noise.device) % noise.shape[1]]
    return (mel.exp().square() + repeated.square()).log() / 2


def subtract_noise(mel: Tensor, noise: Tensor) -> Tensor:
    """Log-mel [1, 100, T] without the noise [100, 1] of ``estimate_noise``."""
    return (mel.exp() - SUBTRACTION * noise).clamp_min(LOG_FLOOR).log() if bool((noise > 2 * LOG_FLOOR).any()) else mel
