"""Augmentation: new voices by stretching spectra, and recordings spoilt by noise, tone and gain."""

from __future__ import annotations

import random

import torch
from torch import Tensor
from torch.nn import functional as F


def stretch_frequencies(magnitude: Tensor, factor: Tensor) -> Tensor:
    """Move all pitch and formants by ``factor`` [B], times unchanged: magnitudes [B, bins, T] -> the same shape."""
    bins = magnitude.shape[1]
    source = torch.arange(bins)[None] / factor[:, None]  # [B, bins]
    below = source.floor().long().clamp_max(bins - 2)
    share = (source - below).clamp(0, 1)[..., None]
    index = below[..., None].expand(-1, -1, magnitude.shape[2])
    return (1 - share) * magnitude.gather(1, index) + share * magnitude.gather(1, index + 1)


def spoil(waveform: Tensor, chance: random.Random) -> Tensor:
    """Waveforms [B, S] as a poor recording would have them: a third stays clean, the rest gets noise and tone."""
    spoilt = []
    for wave in waveform:
        if chance.random() < 0.35:
            spoilt.append(wave)
            continue
        level = wave.square().mean().sqrt()
        noise = torch.randn(len(wave), generator=torch.Generator().manual_seed(chance.randrange(2**31)))
        colour = chance.uniform(0.0, 0.95)
        coloured = F.conv1d(noise[None, None], torch.tensor([[[1.0, colour]]]), padding=1)[0, 0, : len(wave)]
        decibels = chance.uniform(8, 40)
        tilt = chance.uniform(-0.5, 0.5)
        tilted = wave + tilt * F.pad(wave, (1, 0))[:-1]
        tilted = tilted * (level / tilted.square().mean().sqrt().clamp_min(1e-6))
        scale = 10 ** (-decibels / 20) * level / coloured.square().mean().sqrt()
        spoilt.append(tilted + scale * coloured)
    return torch.stack(spoilt)
