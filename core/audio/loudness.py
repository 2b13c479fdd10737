"""Loudness of speech, measured over the frames that hold speech: waveform [S] at 24 kHz in -1..1."""

from __future__ import annotations

import torch
from torch import Tensor

from ..timing import TOKEN_SAMPLES

ACTIVE_RATIO = 0.05  # frames within 26 dB of the loudest count as speech
TARGET_RMS = 0.08  # -22 dBFS


def frame_rms(waveform: Tensor) -> Tensor:
    """RMS of frames of 25 ms: [S] -> [S / 600]."""
    usable = len(waveform) // TOKEN_SAMPLES * TOKEN_SAMPLES
    return waveform[:usable].unflatten(0, (-1, TOKEN_SAMPLES)).square().mean(-1).sqrt()


def active_rms(waveform: Tensor) -> float:
    """RMS over the frames that hold speech; 0 for silence."""
    levels = frame_rms(waveform)
    if len(levels) == 0 or float(levels.max()) < 1e-5:
        return 0.0
    return float(levels[levels > ACTIVE_RATIO * levels.max()].square().mean().sqrt())


def normalize_loudness(waveform: Tensor) -> Tensor:
    """Scale speech to -22 dBFS; silence stays as it is."""
    level = active_rms(waveform)
    return waveform * (TARGET_RMS / level) if level else waveform


def scale_below(waveform: Tensor, ceiling: float = 0.95) -> Tensor:
    """Scale the whole waveform down where its peak exceeds ``ceiling``."""
    return waveform * torch.clamp(ceiling / waveform.abs().max().clamp_min(1e-6), max=1.0)
