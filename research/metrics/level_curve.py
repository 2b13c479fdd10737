"""Sound [S] -> levels over time, and where it is silent."""

from __future__ import annotations

import numpy as np

STEP = 0.01  # seconds between two levels
SILENT_DB = 30.0  # below the loud parts


def level_curve(sound: np.ndarray, sample_rate: int) -> np.ndarray:
    """RMS of every 10 ms in dB of full scale."""
    size = round(sample_rate * STEP)
    frames = sound[: len(sound) // size * size].reshape(-1, size).astype(np.float64)
    return 10 * np.log10(np.maximum(np.square(frames).mean(1), 1e-12))


def loud_level(level: np.ndarray) -> float:
    """The level of speech: the 90th percentile of the steps."""
    return float(np.percentile(level, 90))


def silent(sound: np.ndarray, sample_rate: int) -> np.ndarray:
    """Whether each 10 ms is silent: bool [S / 10 ms]."""
    level = level_curve(sound, sample_rate)
    return level < loud_level(level) - SILENT_DB


def longest_run(flags: np.ndarray) -> int:
    """Length of the longest run of True."""
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best
