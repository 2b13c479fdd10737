"""Common damage of voice samples: a sound [S] in -1..1 -> the same, shorter, noisier, quieter or clipped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..metrics.level_curve import (
    STEP,
    level_curve,
    loud_level,
    silent,
)

SECONDS = 2.0
SNR_DB, LOW_DBFS = 10.0, -30.0
CLIPPED = 0.02  # share of the samples


def first_seconds(sound: np.ndarray, rate: int) -> np.ndarray:
    """Two seconds from the first speech on."""
    loud = np.flatnonzero(~silent(sound, rate))
    first = int(loud[0] * STEP * rate) if len(loud) else 0
    return sound[first : first + int(SECONDS * rate)]


def noisy(sound: np.ndarray, rate: int) -> np.ndarray:
    """White noise 10 dB below the speech, scaled down where it would clip."""
    mixed = add_white_noise(sound, rate, SNR_DB)
    return mixed / max(1.0, float(np.abs(mixed).max()))


def attenuated(sound: np.ndarray, rate: int) -> np.ndarray:
    """Speech at -30 dBFS in 16 bits."""
    scaled = sound * 10 ** ((LOW_DBFS - loud_level(level_curve(sound, rate))) / 20)
    return np.round(scaled * 32768) / 32768


def clipped(sound: np.ndarray, rate: int) -> np.ndarray:
    """Overdriven until two samples in a hundred are cut off."""
    return np.clip(sound / np.quantile(np.abs(sound), 1 - CLIPPED), -1, 1)


def add_white_noise(sound: np.ndarray, rate: int, snr_db: float) -> np.ndarray:
    """White noise ``snr_db`` below the level of the speech, the same in every call."""
    level = 10 ** ((loud_level(level_curve(sound, rate)) - snr_db) / 20)
    return sound + level * np.random.default_rng(0).standard_normal(len(sound))


DAMAGES: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "2 s only": first_seconds,
    "noise at 10 dB": noisy,
    "-30 dBFS": attenuated,
    "clipping": clipped,
}
