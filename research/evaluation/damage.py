"""What befalls voice samples: a sound [S] in -1..1 -> the same, shorter, noisier, quieter or clipped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .level_curve import (
    STEP,
    level_curve,
    loud_level,
    silent,
)

SECONDS = 2.0
SNR_DB, QUIET_DBFS = 10.0, -30.0
CLIPPED = 0.02  # share of the samples


def two_seconds(sound: np.ndarray, rate: int) -> np.ndarray:
    """From the first speech on."""
    loud = np.flatnonzero(~silent(sound, rate))
    first = int(loud[0] * STEP * rate) if len(loud) else 0
    return sound[first : first + int(SECONDS * rate)]


def noisy(sound: np.ndarray, rate: int) -> np.ndarray:
    """White noise, 10 dB below the speech."""
    noise = np.random.default_rng(0).standard_normal(len(sound)) * 10 ** (
        (loud_level(level_curve(sound, rate)) - SNR_DB) / 20
    )
    return _fitting(sound + noise)


def quiet(sound: np.ndarray, rate: int) -> np.ndarray:
    """Speech at -30 dBFS in 16 bits."""
    scaled = sound * 10 ** ((QUIET_DBFS - loud_level(level_curve(sound, rate))) / 20)
    return np.round(scaled * 32768) / 32768


def clipped(sound: np.ndarray, rate: int) -> np.ndarray:
    """Recorded so loud that two samples in a hundred are cut off."""
    return np.clip(sound / np.quantile(np.abs(sound), 1 - CLIPPED), -1, 1)


def _fitting(sound: np.ndarray) -> np.ndarray:
    return sound / max(1.0, float(np.abs(sound).max()))


DAMAGES: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "2 s only": two_seconds,
    "noise at 10 dB": noisy,
    "-30 dBFS": quiet,
    "clipping": clipped,
}
