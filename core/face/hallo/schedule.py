"""Hallo's noise schedule: 1,000 steps, linear betas, rescaled to zero signal at the last one (Lin et al., 2024).

A noisy latent is x = cos(angle) clean + sin(angle) noise; the network predicts the velocity v = dx / d(angle), that is
cos(angle) noise - sin(angle) clean. Step t = 999 is pure noise (angle pi / 2), and below step 0 lies the clean latent.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

TRAINING_STEPS = 1000
BETA_FIRST, BETA_LAST = 0.00085, 0.012


@cache
def signal_powers() -> Tensor:
    """cos(angle)^2 of every step: [1000], from nearly 1 to exactly 0."""
    betas = torch.linspace(BETA_FIRST, BETA_LAST, TRAINING_STEPS, dtype=torch.float32)
    signal = (1 - betas).cumprod(0).sqrt()
    first, last = signal[0].clone(), signal[-1].clone()
    signal = (signal - last) * (first / (first - last))
    ratios = torch.cat([signal[:1] ** 2, signal[1:] ** 2 / signal[:-1] ** 2])
    return (1 - (1 - ratios)).cumprod(0)


def trailing_timesteps(count: int) -> list[int]:
    """From 999 down, evenly: "trailing" spacing."""
    return (np.round(np.arange(TRAINING_STEPS, 0, -TRAINING_STEPS / count)) - 1).astype(int).tolist()


def even_timesteps(count: int) -> list[int]:
    """From 999 down, evenly in the angle: the steps nearest to ``count`` equal parts of a right angle."""
    angles = torch.atan2((1 - signal_powers()).sqrt(), signal_powers().sqrt())
    chosen = [TRAINING_STEPS - 1]
    for index in range(1, count):
        nearest = int((angles - torch.pi / 2 * (1 - index / count)).abs().argmin())
        chosen.append(max(count - 1 - index, min(nearest, chosen[-1] - 1)))
    return chosen


def signal_and_noise(timestep: int) -> tuple[float, float]:
    """(cos, sin) of the step's angle; a negative step is the clean latent."""
    power = 1.0 if timestep < 0 else signal_powers()[timestep].item()
    return power**0.5, (1 - power) ** 0.5
