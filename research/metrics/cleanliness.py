"""Sound [S] -> its defects: clicks, offset, level, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .level_curve import (
    STEP,
    level_curve,
    loud_level,
    silent,
)

CLICK = 25.0  # how far a jump exceeds the RMS of its surroundings
MIN_CLICK = 0.02  # smaller jumps are inaudible
AROUND = 0.004  # seconds


@dataclass(frozen=True)
class Cleanliness:
    """``clicks`` jumps that nothing around them explains, ``offset`` mean of all samples, ``level`` of the speech in
    dBFS, ``peak``, ``tail`` seconds of silence at the end, ``end_level`` of the last 30 ms in dB below the speech."""

    clicks: int
    offset: float
    level: float
    peak: float
    tail: float
    end_level: float


def cleanliness(sound: np.ndarray, sample_rate: int) -> Cleanliness:
    """All defects of sound [S] in -1..1."""
    level, is_silent = level_curve(sound, sample_rate), silent(sound, sample_rate)
    speech = loud_level(level)
    tail = len(is_silent) - 1 - int(np.flatnonzero(~is_silent)[-1]) if (~is_silent).any() else len(is_silent)
    return Cleanliness(
        count_clicks(sound, sample_rate),
        float(abs(sound.mean())),
        speech,
        float(abs(sound).max()),
        tail * STEP,
        float(speech - level[-3:].max()),
    )


def count_clicks(sound: np.ndarray, sample_rate: int) -> int:
    """Isolated jumps: third differences that stand far out of the 4 ms before and after them."""
    jump = np.abs(np.diff(sound.astype(np.float64), 3))
    reach = round(AROUND * sample_rate)
    candidates = np.flatnonzero(jump > MIN_CLICK)
    found: list[int] = []
    for place in candidates[np.argsort(-jump[candidates])] if len(candidates) else ():
        around = np.concatenate([jump[max(0, place - reach) : max(0, place - 4)], jump[place + 5 : place + reach]])
        if len(around) and jump[place] > CLICK * np.sqrt(np.square(around).mean()) and not _near(place, found, reach):
            found.append(int(place))
    return len(found)


def _near(place: int, found: list[int], reach: int) -> bool:
    return any(abs(place - other) <= reach for other in found)


def word_level(sound: np.ndarray, sample_rate: int, start: float, end: float) -> float:
    """Loudest 10 ms between two moments in dB below the speech: large for a word that is swallowed."""
    level = level_curve(sound, sample_rate)
    part = level[int(start / STEP) : max(int(start / STEP) + 1, int(end / STEP))]
    return float(loud_level(level) - part.max()) if len(part) else float("inf")
