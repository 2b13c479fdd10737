"""Gaze: fixations on the viewer, short looks away that come back, and micro-saccades.

Looks away last 0.5-1.5 s, begin seldom while a phrase is being closed, and every one returns; saccades take
40-60 ms (two frames at 25 fps). Positions are iris shifts as in core.motion_channels, x right and y down.
"""

from __future__ import annotations

import math
from random import Random

SACCADE = 0.022  # time constant in seconds of the jump towards a new fixation
FIXATION = 2.6  # mean seconds on the viewer between two looks away
AWAY_X, AWAY_Y = 0.20, 0.09  # standard deviations of looks away
FARTHEST = 0.45
JITTER = 0.012  # standard deviation of micro-saccades


class Gazing:
    """Call ``step`` once a frame; it returns the iris shift (x, y) around the viewer."""

    def __init__(self, step_seconds: float, random: Random):
        self.random = random
        self.keep = math.exp(-step_seconds / SACCADE)
        self.position = (0.0, 0.0)
        self.look = (0.0, 0.0)
        self.jitter = (0.0, 0.0)
        self.next_look = self._fixation()
        self.next_jitter = 0.4

    def step(self, time: float, phrase_end: bool) -> tuple[float, float]:
        if phrase_end and self.look != (0.0, 0.0) and self.random.random() < 0.7:
            self.next_look = time  # the listener is looked at when a phrase is over
        if time >= self.next_look:
            self._shift(time)
        if time >= self.next_jitter:
            self.jitter = self._draw(JITTER, JITTER)
            self.next_jitter = time + self.random.uniform(0.3, 0.9)
        self.position = (self._approach(0), self._approach(1))
        return self.position

    def _approach(self, axis: int) -> float:
        goal = self.look[axis] + self.jitter[axis]
        return goal + (self.position[axis] - goal) * self.keep

    def _shift(self, time: float) -> None:
        """Look away, or back at the viewer."""
        if self.look == (0.0, 0.0):
            self.look = self._draw(AWAY_X, AWAY_Y)
            self.next_look = time + self.random.uniform(0.5, 1.5)
        else:
            self.look = (0.0, 0.0)
            self.next_look = time + self._fixation()

    def _fixation(self) -> float:
        return self.random.lognormvariate(math.log(FIXATION) - 0.18, 0.6)

    def _draw(self, x: float, y: float) -> tuple[float, float]:
        return self._within(self.random.gauss(0, x)), self._within(self.random.gauss(0, y))

    @staticmethod
    def _within(shift: float) -> float:
        return min(max(shift, -FARTHEST), FARTHEST)
