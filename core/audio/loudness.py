"""Loudness of speech, measured where there is speech: waveform [S] in -1..1."""

from __future__ import annotations

import torch
from torch import Tensor

FRAME = 600
ACTIVE_RATIO = 0.05  # frames within 26 dB of the loudest count as speech
TARGET_RMS = 0.08  # -22 dBFS


def frame_rms(waveform: Tensor) -> Tensor:
    """RMS of 25-ms frames at 24 kHz: [S] -> [S / 600]."""
    usable = len(waveform) // FRAME * FRAME
    return waveform[:usable].unflatten(0, (-1, FRAME)).square().mean(-1).sqrt()


def active_rms(waveform: Tensor) -> float:
    """RMS over the frames that hold speech; 0 for silence."""
    levels = frame_rms(waveform)
    if len(levels) == 0 or float(levels.max()) < 1e-5:
        return 0.0
    return float(levels[levels > ACTIVE_RATIO * levels.max()].square().mean().sqrt())


def normalize(waveform: Tensor) -> Tensor:
    """Scale speech to -22 dBFS; silence stays as it is."""
    level = active_rms(waveform)
    return waveform * (TARGET_RMS / level) if level else waveform


def limit(waveform: Tensor, ceiling: float = 0.95) -> Tensor:
    """Turn down as a whole when a peak would pass ``ceiling``."""
    return waveform * torch.clamp(ceiling / waveform.abs().max().clamp_min(1e-6), max=1.0)
