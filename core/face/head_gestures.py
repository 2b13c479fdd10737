"""Head gestures and their building blocks: sway, accents of the speech, single strokes, changes of posture.

``Sway`` is band-limited noise: a few sinusoids of random phase, so it is bounded and never drifts. ``AccentDetector``
finds stressed syllables in the energy of the speech. ``Stroke`` is one nod, brow raise or smile with a beginning and an
end; ``Posture`` a resting position that changes now and then. Times in seconds.
"""

from __future__ import annotations

import math
from random import Random

from .easing import ease_in_out

WAVES = 5


class Sway:
    """Noise of unit variance between two frequencies in Hz; slower waves are larger."""

    def __init__(self, min_frequency: float, max_frequency: float, random: Random):
        ratio = (max_frequency / min_frequency) ** (1 / WAVES)
        self.rates = [2 * math.pi * min_frequency * ratio ** random.uniform(k, k + 1) for k in range(WAVES)]
        self.phases = [random.uniform(0, 2 * math.pi) for _ in range(WAVES)]
        weights = [rate**-0.7 for rate in self.rates]
        norm = math.sqrt(2 / sum(weight**2 for weight in weights))
        self.weights = [weight * norm for weight in weights]

    def at(self, time: float) -> float:
        waves = zip(self.weights, self.rates, self.phases, strict=True)
        return sum(weight * math.sin(rate * time + phase) for weight, rate, phase in waves)


class AccentDetector:
    """Stressed syllables: energy that rises above its own recent average.

    Call ``step`` once a frame; it returns the strength 0..1 of a stressed syllable that starts in this frame, else 0.
    """

    FAST, SLOW = 0.05, 0.7  # time constants in seconds of the two averages
    MIN_RISE = 0.16
    MIN_GAP = 0.35  # seconds between two accents

    def __init__(self, step_seconds: float):
        self.fast_decay, self.slow_decay = (math.exp(-step_seconds / tau) for tau in (self.FAST, self.SLOW))
        self.fast = self.slow = 0.0
        self.ready = 0.0

    def step(self, time: float, energy: float) -> float:
        self.fast = energy + (self.fast - energy) * self.fast_decay
        self.slow = energy + (self.slow - energy) * self.slow_decay
        rise = self.fast - self.slow
        if rise < self.MIN_RISE or time < self.ready:
            return 0.0
        self.ready = time + self.MIN_GAP
        return min(rise / 0.5, 1.0)


class Stroke:
    """One gesture at a time: it rises faster than it falls, then rebounds by ``rebound`` of its height."""

    def __init__(self, rebound: float = 0.0):
        self.rebound = rebound
        self.share = 1 / (1 + rebound)  # of the duration, before the rebound
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
    """A value that eases to a new random resting position whenever ``shift`` is called."""

    def __init__(self, spread: float, random: Random):
        self.spread, self.random = spread, random
        self.origin = self.goal = 0.0
        self.start, self.seconds = 0.0, 1.0

    def shift(self, time: float) -> None:
        self.origin = self.at(time)
        self.goal = min(max(self.random.gauss(0, self.spread), -2 * self.spread), 2 * self.spread)
        self.start, self.seconds = time, self.random.uniform(0.7, 1.3)

    def at(self, time: float) -> float:
        return self.origin + (self.goal - self.origin) * ease_in_out((time - self.start) / self.seconds)
