"""The noise schedule that Hallo samples with: 1,000 steps, linear betas, rescaled to zero signal at the last one.

A noisy latent is x = cos(angle) clean + sin(angle) noise; the network predicts the velocity v = dx / d(angle), that is
cos(angle) noise - sin(angle) clean. Step t = 999 is pure noise (angle pi / 2), and below step 0 lies the clean latent.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

STEPS = 1000
BETA_FIRST, BETA_LAST = 0.00085, 0.012


@cache
def signal_powers() -> Tensor:
    """cos(angle)^2 of every step: [1000], from nearly one to exactly zero."""
    betas = torch.linspace(BETA_FIRST, BETA_LAST, STEPS, dtype=torch.float32)
    signal = (1 - betas).cumprod(0).sqrt()
    first, last = signal[0].clone(), signal[-1].clone()
    signal = (signal - last) * (first / (first - last))
    ratios = torch.cat([signal[:1] ** 2, signal[1:] ** 2 / signal[:-1] ** 2])
    return (1 - (1 - ratios)).cumprod(0)


def timesteps(count: int) -> list[int]:
    """Trailing spacing: from 999 down, evenly."""
    return (np.round(np.arange(STEPS, 0, -STEPS / count)) - 1).astype(int).tolist()


def even_timesteps(count: int) -> list[int]:
    """From 999 down, evenly in the angle: the steps nearest to ``count`` equal parts of a right angle."""
    angles = torch.atan2((1 - signal_powers()).sqrt(), signal_powers().sqrt())
    chosen = [STEPS - 1]
    for index in range(1, count):
        nearest = int((angles - torch.pi / 2 * (1 - index / count)).abs().argmin())
        chosen.append(max(count - 1 - index, min(nearest, chosen[-1] - 1)))
    return chosen


def signal_and_noise(timestep: int) -> tuple[float, float]:
    """(cos, sin) of the step's angle; a negative step is the clean latent."""
    power = 1.0 if timestep < 0 else signal_powers()[timestep].item()
    return power**0.5, (1 - power) ** 0.5
