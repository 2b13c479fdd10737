"""The clocks of the pack: one place for every rate, so that frames always derive from audio.

One speech token lasts 25 ms (40 a second); it covers 600 samples at 24 kHz and two mel frames of 300.
"""

from __future__ import annotations

import math

SAMPLE_RATE = 24_000
TOKEN_SAMPLES = 600
TOKEN_RATE = SAMPLE_RATE / TOKEN_SAMPLES  # 40 Hz
MEL_HOP = 300
MEL_RATE = SAMPLE_RATE / MEL_HOP  # 80 Hz
FPS = 25.0


def frame_count(samples: int, sample_rate: int, fps: float) -> int:
    """Video frames that cover ``samples`` of sound: ceil(seconds * fps), exact for integer rates."""
    return math.ceil(round(samples * fps / sample_rate, 6))


def frame_centers(first: int, last: int, fps: float) -> list[float]:
    """Centre times in seconds of frames ``first`` (included) to ``last`` (excluded)."""
    return [(index + 0.5) / fps for index in range(first, last)]
