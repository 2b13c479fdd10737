"""Steady noise in a recording, heard in its pauses: log-mel [1, 100, T] -> the same without it.

Magnitudes of the quietest tenth of the frames are what the room sounds like; they are taken away everywhere (spectral
subtraction, Boll 1979). A recording without a pause, whose quietest frames are speech, is left as it is.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .mel import LOG_FLOOR, N_MELS, log_mel

QUIETEST = 0.1  # share of the frames
LEAST_RANGE = 1.4  # nepers (12 dB) by which a pause lies below the speech
TAKEN = 1.0  # times the mean noise; more spoils quiet sounds
MOST_SAMPLES = 60 * 24_000  # of a recording that are listened to


def steady_noise(mono: Tensor) -> Tensor:
    """Mono speech [S] at 24 kHz -> mean mel magnitudes of its pauses [100, 1], 0 where there is none."""
    return pauses(mono).mean(1, keepdim=True)


def pauses(mono: Tensor) -> Tensor:
    """Mono speech [S] at 24 kHz -> mel magnitudes of its quietest frames [100, n], one frame of 0 without any pause."""
    mel = log_mel(mono[None, :MOST_SAMPLES])[0]  # [100, T]
    level = mel.exp().square().sum(0).log() / 2  # [T]
    limit = level.quantile(QUIETEST)
    if level.quantile(0.9) - limit < LEAST_RANGE:
        return mel.new_zeros(N_MELS, 1)
    return mel[:, level <= limit].exp()


def with_noise(mel: Tensor, noise: Tensor) -> Tensor:
    """Log-mel [B, 100, T] in the noise of a recording's ``pauses`` [100, n], which are repeated."""
    repeated = noise[:, torch.arange(mel.shape[-1], device=noise.device) % noise.shape[1]]
    return (mel.exp().square() + repeated.square()).log() / 2


def without_noise(mel: Tensor, noise: Tensor) -> Tensor:
    """Log-mel [1, 100, T] less the noise [100, 1]."""
    return (mel.exp() - TAKEN * noise).clamp_min(LOG_FLOOR).log() if bool((noise > 2 * LOG_FLOOR).any()) else mel
