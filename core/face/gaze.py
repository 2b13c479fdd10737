"""Gaze: fixations on the viewer, short looks away that return, and micro-saccades.

Looks away last 0.5-1.5 s and rarely outlast a phrase; saccades take 40-60 ms (two frames at 25 fps). Positions are
iris shifts as in core.motion_channels, x right and y down.
"""

from __future__ import annotations

import math
from random import Random

SACCADE = 0.022  # time constant in seconds of the jump towards a new fixation
FIXATION = 2.6  # mean seconds on the viewer between two looks away
AWAY_X, AWAY_Y = 0.20, 0.09  # standard deviations of looks away
MAX_SHIFT = 0.45
JITTER = 0.012  # standard deviation of micro-saccades


class GazeMotion:
    """Call ``step`` once a frame; it returns the iris shift (x, y) relative to a gaze at the viewer."""

    def __init__(self, step_seconds: float, random: Random):
        self.random = random
        self.decay = math.exp(-step_seconds / SACCADE)
        self.position = (0.0, 0.0)
        self.target = (0.0, 0.0)
        self.jitter = (0.0, 0.0)
        self.next_shift = self._fixation()
        self.next_jitter = 0.4

    def step(self, time: float, phrase_end: bool) -> tuple[float, float]:
        if phrase_end and self.target != (0.0, 0.0) and self.random.random() < 0.7:
            self.next_shift = time  # speakers look at the listener when a phrase ends
        if time >= self.next_shift:
            self._shift(time)
        if time >= self.next_jitter:
            self.jitter = self._random_shift(JITTER, JITTER)
            self.next_jitter = time + self.random.uniform(0.3, 0.9)
        self.position = (self._approach(0), self._approach(1))
        return self.position

    def _approach(self, axis: int) -> float:
        goal = self.target[axis] + self.jitter[axis]
        return goal + (self.position[axis] - goal) * self.decay

    def _shift(self, time: float) -> None:
        """Look away, or back at the viewer."""
        if self.target == (0.0, 0.0):
            self.target = self._random_shift(AWAY_X, AWAY_Y)
            self.next_shift = time + self.random.uniform(0.5, 1.5)
        else:
            self.target = (0.0, 0.0)
            self.next_shift = time + self._fixation()

    def _fixation(self) -> float:
        return self.random.lognormvariate(math.log(FIXATION) - 0.18, 0.6)

    def _random_shift(self, spread_x: float, spread_y: float) -> tuple[float, float]:
        return self._limited(self.random.gauss(0, spread_x)), self._limited(self.random.gauss(0, spread_y))

    @staticmethod
    def _limited(shift: float) -> float:
        return min(max(shift, -MAX_SHIFT), MAX_SHIFT)
