"""Samplers: from noise to a clean latent in few steps, on the noise schedule of ``schedule``.

At each of its timesteps a sampler takes the latent and the predicted velocity and returns the next latent. All solve
the same equation dx / d(angle) = v, so none needs other weights.
"""

from __future__ import annotations

import math
from typing import Protocol

from torch import Tensor

from .schedule import (
    TRAINING_STEPS,
    even_timesteps,
    signal_and_noise,
    trailing_timesteps,
)


class Sampler(Protocol):
    """``step`` is called once for each of ``timesteps``, in order."""

    timesteps: list[int]

    def step(self, index: int, latent: Tensor, velocity: Tensor) -> Tensor:
        """The latent after step ``index``."""
        ...


class DDIM:
    """The reference's sampler: first order, deterministic. The reference goes 1000 // count down at each step, even
    where the next timestep lies elsewhere; ``aligned`` goes to the next timestep."""

    def __init__(self, count: int, aligned: bool = True) -> None:
        self.timesteps = trailing_timesteps(count)
        following = [*self.timesteps[1:], -1]
        self._following = following if aligned else [timestep - TRAINING_STEPS // count for timestep in self.timesteps]

    def step(self, index: int, latent: Tensor, velocity: Tensor) -> Tensor:
        signal, noise = signal_and_noise(self.timesteps[index])
        next_signal, next_noise = signal_and_noise(self._following[index])
        clean, noisy = signal * latent - noise * velocity, signal * velocity + noise * latent
        return next_signal * clean + next_noise * noisy


class Multistep:
    """Second order, after DPM-Solver++(2M): the clean latent is extrapolated from the last two steps.

    DPM-Solver extrapolates along the log signal-to-noise ratio, which is infinite at both ends of this schedule; here
    the angle takes its place, which is finite, and the timesteps are even in it. The linear part is integrated exactly;
    the last step is first order, as in DPM-Solver.
    """

    def __init__(self, count: int) -> None:
        self.timesteps = even_timesteps(count)
        self._previous: Tensor | None = None

    def step(self, index: int, latent: Tensor, velocity: Tensor) -> Tensor:
        angle, following = self._angle(index), self._angle(index + 1)
        clean = math.cos(angle) * latent - math.sin(angle) * velocity
        ratio = math.sin(following) / math.sin(angle)
        moved = ratio * latent + (math.cos(following) - math.cos(angle) * ratio) * clean
        last = index + 1 == len(self.timesteps)
        if index > 0 and not last and self._previous is not None:
            slope = (clean - self._previous) / (angle - self._angle(index - 1))
            moved = moved + second_order_weight(angle, following) * slope
        self._previous = clean
        return moved

    def _angle(self, index: int) -> float:
        timestep = self.timesteps[index] if index < len(self.timesteps) else -1
        signal, noise = signal_and_noise(timestep)
        return math.atan2(noise, signal)


def second_order_weight(angle: float, following: float) -> float:
    """sin(following) times the integral of (a - angle) d(cot a) from ``angle`` to ``following``."""
    return (following - angle) * math.cos(following) - math.sin(following) * math.log(
        math.sin(following) / math.sin(angle)
    )


SAMPLERS: dict[str, type[DDIM] | type[Multistep]] = {"ddim": DDIM, "multistep": Multistep}
