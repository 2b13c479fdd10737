"""Sound -> pitch, by WORLD's Harvest (pyworld), independent of the pack's own tracker."""

from __future__ import annotations

import numpy as np

from ..tools import tool


def f0_curve(sound: np.ndarray, sample_rate: int) -> np.ndarray:
    """Pitch of sound [S] in Hz every 10 ms, 0 where nothing is voiced."""
    world = tool("pyworld", "pyworld==0.3.5")
    return world.harvest(sound.astype(np.float64), sample_rate, f0_floor=60, f0_ceil=500, frame_period=10)[0]


def median_f0(sound: np.ndarray, sample_rate: int) -> float:
    """Median of the voiced frames of sound [S] in Hz; 0 when nothing is voiced."""
    pitch = f0_curve(sound, sample_rate)
    voiced = pitch[pitch > 0]
    return float(np.median(voiced)) if len(voiced) else 0.0
