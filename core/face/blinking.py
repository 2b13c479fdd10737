"""Blinks: when the lids fall and how, one frame after the other.

Gaps are log-normal and keep the asked rate; a blink that is nearly due comes early at the end of a phrase, as in
conversation. Lids close in 80-120 ms, stay shut for one to two frames and reopen in 150-250 ms
(Stern, Walrath & Goldstein 1984; VanderWerf et al. 2003).
"""

from __future__ import annotations

import math
from random import Random

GAP_SPREAD = 0.5  # standard deviation of log(gap)
SHORTEST_GAP = 0.7  # seconds between the starts of two blinks
LONGEST_GAP = 3.0  # mean gaps
EARLY = 0.5  # a blink due within this fraction of the mean gap may be taken at a phrase end
LONGEST_BLINK = 0.45  # seconds from start to reopened


class Blinking:
    """Call ``step`` once a frame; it returns the closure of both lids, 0 open .. 1 shut.

    ``end`` is the clip's length in seconds: no blink begins that could not reopen before it.
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
        near = self.due - time < EARLY * self.mean_gap
        early = phrase_end and near and time - self.start > SHORTEST_GAP
        if (time >= self.due or early) and time + LONGEST_BLINK < self.end:
            self._begin(time)
        return self._closure(time - self.start)

    def _begin(self, time: float) -> None:
        """Draw this blink's course and the next one's date; time won by an early blink is given back."""
        draw = self.random.uniform
        self.start = time
        self.closing, self.shut, self.reopening = draw(0.08, 0.12), draw(0.045, 0.075), draw(0.15, 0.25)
        self.depth = draw(0.95, 1.0)
        self.due = max(self.due + self._gap(), time + SHORTEST_GAP)

    def _gap(self) -> float:
        if math.isinf(self.mean_gap):
            return math.inf
        gap = self.random.lognormvariate(math.log(self.mean_gap) - GAP_SPREAD**2 / 2, GAP_SPREAD)
        return min(gap, LONGEST_GAP * self.mean_gap)

    def _closure(self, age: float) -> float:
        """Lid closure ``age`` seconds after the blink began."""
        if age < self.closing:
            return self.depth * smooth(age / self.closing)
        age -= self.closing + self.shut
        if age < 0:
            return self.depth
        return self.depth * (1 - smooth(age / self.reopening))


def smooth(x: float) -> float:
    """0 below 0, 1 above 1, and a cubic ease between."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)
