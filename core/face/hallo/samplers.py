"""From noise to a clean latent in few steps: samplers on the schedule of ``schedule``, behind one protocol.

A sampler is told (latent, velocity) at each of its timesteps in turn and answers with the next latent. None needs new
weights: each solves the same equation dx / d(angle) = v.
"""

from __future__ import annotations

import math
from typing import Protocol

from torch import Tensor

from .schedule import (
    STEPS,
    even_timesteps,
    signal_and_noise,
    timesteps,
)


class Sampler(Protocol):
    timesteps: list[int]

    def step(self, index: int, latent: Tensor, velocity: Tensor) -> Tensor:
        """The latent after step ``index``."""
        ...


class DDIM:
    """The reference's sampler: first order, deterministic. The reference goes 1000 // count down at each step, even
    where the next timestep lies elsewhere; ``joined`` goes to that one."""

    def __init__(self, count: int, joined: bool = True) -> None:
        self.timesteps = timesteps(count)
        following = [*self.timesteps[1:], -1]
        self._following = following if joined else [timestep - STEPS // count for timestep in self.timesteps]

    def step(self, index: int, latent: Tensor, velocity: Tensor) -> Tensor:
        signal, noise = signal_and_noise(self.timesteps[index])
        next_signal, next_noise = signal_and_noise(self._following[index])
        clean, noisy = signal * latent - noise * velocity, signal * velocity + noise * latent
        return next_signal * clean + next_noise * noisy


class Multistep:
    """Second order, in the manner of DPM-Solver++(2M): the clean latent is extrapolated from the last two steps.

    DPM-Solver extrapolates along the log signal-to-noise ratio, which is infinite at both ends of this schedule; here
    it is the angle, which is not, and the timesteps lie evenly in it. The linear part is integrated exactly; the last
    step is first order, as there.
    """

    def __init__(self, count: int) -> None:
        self.timesteps = even_timesteps(count)
        self._before: Tensor | None = None

    def step(self, index: int, latent: Tensor, velocity: Tensor) -> Tensor:
        angle, following = self._angle(index), self._angle(index + 1)
        clean = math.cos(angle) * latent - math.sin(angle) * velocity
        ratio = math.sin(following) / math.sin(angle)
        moved = ratio * latent + (math.cos(following) - math.cos(angle) * ratio) * clean
        last = index + 1 == len(self.timesteps)
        if index > 0 and not last and self._before is not None:
            slope = (clean - self._before) / (angle - self._angle(index - 1))
            moved = moved + second_order_weight(angle, following) * slope
        self._before = clean
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
