"""Gestures: slow sway, and the nods, brow raises and changes of posture that speech brings with it.

``Sway`` is band-limited noise: a few sinusoids of random phase, so it is bounded and never drifts.
``Accents`` finds stressed syllables while it listens: energy that rises above its own recent average.
``Pulse`` is one gesture with a beginning and an end; ``Posture`` a resting place that moves now and then.
"""

from __future__ import annotations

import math
from random import Random

from .blinking import smooth

WAVES = 5


class Sway:
    """Noise of unit variance between two frequencies in Hz, slower waves being larger."""

    def __init__(self, slowest: float, fastest: float, random: Random):
        ratio = (fastest / slowest) ** (1 / WAVES)
        self.rates = [2 * math.pi * slowest * ratio ** random.uniform(k, k + 1) for k in range(WAVES)]
        self.phases = [random.uniform(0, 2 * math.pi) for _ in range(WAVES)]
        weights = [rate**-0.7 for rate in self.rates]
        norm = math.sqrt(2 / sum(weight**2 for weight in weights))
        self.weights = [weight * norm for weight in weights]

    def at(self, time: float) -> float:
        waves = zip(self.weights, self.rates, self.phases, strict=True)
        return sum(weight * math.sin(rate * time + phase) for weight, rate, phase in waves)


class Accents:
    """Call ``step`` once a frame; it returns the strength of a stressed syllable that begins now, else 0."""

    FAST, SLOW = 0.05, 0.7  # time constants in seconds of the two averages
    RISE = 0.16
    REST = 0.35  # seconds between two accents

    def __init__(self, step_seconds: float):
        self.keep_fast, self.keep_slow = (math.exp(-step_seconds / tau) for tau in (self.FAST, self.SLOW))
        self.fast = self.slow = 0.0
        self.ready = 0.0

    def step(self, time: float, energy: float) -> float:
        self.fast = energy + (self.fast - energy) * self.keep_fast
        self.slow = energy + (self.slow - energy) * self.keep_slow
        rise = self.fast - self.slow
        if rise < self.RISE or time < self.ready:
            return 0.0
        self.ready = time + self.REST
        return min(rise / 0.5, 1.0)


class Pulse:
    """A gesture in progress: a stroke that rises quicker than it falls, then a rebound of ``rebound`` its height."""

    def __init__(self, rebound: float = 0.0):
        self.rebound = rebound
        self.share = 1 / (1 + rebound)  # of the duration that belongs to the stroke
        self.start, self.seconds, self.height = -math.inf, 1.0, 0.0

    def begin(self, time: float, seconds: float, height: float) -> None:
        """Start a new gesture unless one is under way."""
        if time >= self.start + self.seconds:
            self.start, self.seconds, self.height = time, seconds, height

    def at(self, time: float) -> float:
        phase = (time - self.start) / self.seconds
        if not 0 <= phase < 1:
            return 0.0
        if phase < self.share:
            return self.height * math.sin(math.pi * (phase / self.share) ** 0.8) ** 2
        return -self.rebound * self.height * math.sin(math.pi * (phase - self.share) / (1 - self.share)) ** 2


class Posture:
    """A value that eases to a new, randomly drawn resting place whenever ``shift`` is called."""

    def __init__(self, spread: float, random: Random):
        self.spread, self.random = spread, random
        self.origin = self.goal = 0.0
        self.start, self.seconds = 0.0, 1.0

    def shift(self, time: float) -> None:
        self.origin = self.at(time)
        self.goal = min(max(self.random.gauss(0, self.spread), -2 * self.spread), 2 * self.spread)
        self.start, self.seconds = time, self.random.uniform(0.7, 1.3)

    def at(self, time: float) -> float:
        return self.origin + (self.goal - self.origin) * smooth((time - self.start) / self.seconds)
