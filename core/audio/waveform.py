"""The check that every recording passes first: waveform [B, C, S] at any rate -> mono samples [S] of its first clip."""

from __future__ import annotations

import torch
from torch import Tensor

from ..errors import InputError

MIN_SAMPLE_RATE, MAX_SAMPLE_RATE = 1_000, 768_000


def checked_mono(waveform: Tensor, sample_rate: int) -> Tensor:
    """The first of a batch of recordings [B, C, S] as float32 samples [S], averaged over its channels.

    Raises InputError for another shape, no samples, an impossible sample rate, and NaN or infinite samples.
    """
    if waveform.ndim != 3 or waveform.numel() == 0:
        raise InputError(f"audio has shape {list(waveform.shape)}: it must hold samples, [batch, channels, samples].")
    if not MIN_SAMPLE_RATE <= sample_rate <= MAX_SAMPLE_RATE:
        raise InputError(
            f"audio has a sample rate of {sample_rate} Hz: it must lie between {MIN_SAMPLE_RATE:,} and "
            f"{MAX_SAMPLE_RATE:,}."
        )
    mono = waveform[0].float().mean(0)
    if not torch.isfinite(mono).all():
        raise InputError("audio holds NaN or infinite samples: export it again from its source.")
    return mono
