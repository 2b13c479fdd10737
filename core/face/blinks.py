"""Blinks: when the lids fall and how, frame by frame.

Gaps between blinks are log-normal with the mean that the rate asks for; a blink that is nearly due comes early at the
end of a phrase, as in conversation. Lids close in 80-120 ms, stay shut for one to two frames and reopen in 150-250 ms
(Stern, Walrath & Goldstein 1984; VanderWerf et al. 2003).
"""

from __future__ import annotations

import math
from random import Random

from .easing import ease_in_out

GAP_SPREAD = 0.5  # standard deviation of log(gap)
MIN_GAP = 0.7  # seconds between the starts of two blinks
MAX_GAP = 3.0  # mean gaps
EARLY = 0.5  # a blink due within this fraction of the mean gap may start at a phrase end
MAX_DURATION = 0.45  # seconds from start to reopened


class BlinkMotion:
    """Call ``step`` once a frame; it returns the closure of both lids, 0 open .. 1 shut.

    ``rate`` is blinks a minute; ``end`` the clip's length in seconds: no blink starts that could not reopen by then.
    """

    def __init__(self, rate: float, end: float, random: Random):
        self.mean_gap = 60 / rate if rate > 0 else math.inf
        self.end = end
        self.random = random
        self.due = self._gap() * random.uniform(0.3, 1)
        self.start = -math.inf
        self.closing = self.shut = self.reopening = 0.1
        self.depth = 1.0

    def step(self, time: float, phrase_end: bool) -> float:
        nearly_due = self.due - time < EARLY * self.mean_gap
        early = phrase_end and nearly_due and time - self.start > MIN_GAP
        if (time >= self.due or early) and time + MAX_DURATION < self.end:
            self._begin(time)
        return self._closure(time - self.start)

    def _begin(self, time: float) -> None:
        """Start a blink of random course and set when the next is due; an early blink does not raise the rate."""
        uniform = self.random.uniform
        self.start = time
        self.closing, self.shut, self.reopening = uniform(0.08, 0.12), uniform(0.045, 0.075), uniform(0.15, 0.25)
        self.depth = uniform(0.95, 1.0)
        self.due = max(self.due + self._gap(), time + MIN_GAP)

    def _gap(self) -> float:
        if math.isinf(self.mean_gap):
            return math.inf
        gap = self.random.lognormvariate(math.log(self.mean_gap) - GAP_SPREAD**2 / 2, GAP_SPREAD)
        return min(gap, MAX_GAP * self.mean_gap)

    def _closure(self, age: float) -> float:
        """Lid closure ``age`` seconds after the blink started."""
        if age < self.closing:
            return self.depth * ease_in_out(age / self.closing)
        age -= self.closing + self.shut
        if age < 0:
            return self.depth
        return self.depth * (1 - ease_in_out(age / self.reopening))
