"""Mouth apertures per frame and phoneme times -> how well the lips follow the sound.

``apertures`` [F] are any measure of the inner lips' distance; frames without a face are NaN. A lag is in frames and
negative when lips lead the sound, as they do by one or two frames in real speech.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...core.bundles import TimedSymbol
from ...core.text.english.symbols import PAUSE_SYMBOLS

OPEN_VOWELS = "æɑɔIW"
CLOSURES = "pbm"
ROUNDED = "wuʊO"
LIP_TEETH = "fv"
NARROW = "tdnsz"  # sounds that part the lips as little as f and v do, and hide no part of them
MAX_LAG = 6  # frames that are searched on both sides
SHUT_SHARE = 0.10  # of the way from rest to wide open
NEAR = 1  # frames by which a closure may be early or late


@dataclass(frozen=True)
class LipSync:
    """``score`` at the best ``lag``, and ``unshifted`` at lag 0."""

    score: float
    lag: int
    unshifted: float


def lip_correlation(intended: np.ndarray, measured: np.ndarray) -> tuple[float, int]:
    """(Pearson correlation at the best lag, that lag) of two curves [F]."""
    intended, measured = _filled(intended), _filled(measured)
    scores = {lag: _correlation(intended, measured, lag) for lag in range(-MAX_LAG, MAX_LAG + 1)}
    best = max(scores, key=lambda lag: (scores[lag], -abs(lag)))
    return scores[best], best


def vowel_closure_score(apertures: np.ndarray, times: Sequence[TimedSymbol], fps: float) -> LipSync:
    """(mean aperture on open vowels - mean aperture on p, b, m) / std, over lags."""
    curve = _filled(apertures)
    scores = {lag: _contrast(curve, times, fps, lag) for lag in range(-MAX_LAG, MAX_LAG + 1)}
    best = max(scores, key=lambda lag: (scores[lag], -abs(lag)))
    return LipSync(scores[best], best, scores[0])


def closure_rate(apertures: np.ndarray, times: Sequence[TimedSymbol], fps: float) -> tuple[float, int]:
    """(share of p, b, m whose lips shut within a frame of the sound, number of p, b, m)."""
    curve = _filled(apertures)
    rest = _mean_over(curve, [timed for timed in times if timed.symbol in PAUSE_SYMBOLS], fps, 0)
    limit = rest + SHUT_SHARE * max(float(np.percentile(curve, 95)) - rest, 0.0)
    closures = [timed for timed in times if timed.symbol in CLOSURES]
    shut = [bool(curve[_frames(timed, fps, len(curve), 0, NEAR)].min() <= limit) for timed in closures]
    return (sum(shut) / len(shut) if shut else math.nan), len(shut)


def rounding(widths: np.ndarray, times: Sequence[TimedSymbol], fps: float) -> float:
    """Standard deviations by which the mouth is narrower on w, oo, oh than on average (``widths`` [F])."""
    curve = _filled(widths)
    spoken = [timed for timed in times if timed.symbol not in PAUSE_SYMBOLS]
    rounded = [timed for timed in times if timed.symbol in ROUNDED]
    return float((_mean_over(curve, spoken, fps, 0) - _mean_over(curve, rounded, fps, 0)) / max(curve.std(), 1e-9))


def tuck(
    apertures: np.ndarray, lower_lips: np.ndarray, times: Sequence[TimedSymbol], fps: float
) -> tuple[float, float]:
    """On f and v: (the lips' gap by that on open vowels, the lower lip's visible height by that on NARROW sounds).

    A lower lip that touches the upper teeth leaves a small gap, and part of its red is hidden. It is compared with
    sounds of similar opening, since the landmarks see a lower lip shrink wherever the mouth opens.
    """
    gap, lip = _filled(apertures), _filled(lower_lips)
    bitten = [timed for timed in times if timed.symbol in LIP_TEETH]
    vowels = [timed for timed in times if timed.symbol in OPEN_VOWELS]
    narrow = [timed for timed in times if timed.symbol in NARROW]
    smallest = [_smallest(gap, timed, fps) for timed in bitten]
    rest = float(np.percentile(gap, 5))
    opened = _mean_over(gap, vowels, fps, 0) - rest
    ratio = (float(np.mean(smallest)) - rest) / opened if smallest else math.nan
    return ratio, _mean_over(lip, bitten, fps, 0) / _mean_over(lip, narrow, fps, 0)


def _smallest(curve: np.ndarray, timed: TimedSymbol, fps: float) -> float:
    """The smallest value within a frame of a phoneme."""
    return float(curve[_frames(timed, fps, len(curve), 0, NEAR)].min())


def _contrast(curve: np.ndarray, times: Sequence[TimedSymbol], fps: float, lag: int) -> float:
    vowels = _mean_over(curve, [timed for timed in times if timed.symbol in OPEN_VOWELS], fps, lag)
    closures = _mean_over(curve, [timed for timed in times if timed.symbol in CLOSURES], fps, lag)
    spread = curve.std()
    return float((vowels - closures) / spread) if spread > 0 else 0.0


def _mean_over(curve: np.ndarray, chosen: Sequence[TimedSymbol], fps: float, lag: int) -> float:
    means = [curve[_frames(timed, fps, len(curve), lag, 0)].mean() for timed in chosen]
    return float(np.mean(means)) if means else math.nan


def _frames(timed: TimedSymbol, fps: float, count: int, lag: int, widen: int) -> slice:
    """Frames whose centres lie in the phoneme (at least the nearest), moved by ``lag`` and widened on both sides."""
    first = math.ceil(timed.start * fps - 0.5)
    last = math.ceil(timed.end * fps - 0.5)
    if first >= last:
        first = int((timed.start + timed.end) / 2 * fps)
        last = first + 1
    first = min(max(first + lag - widen, 0), count - 1)
    return slice(first, min(max(last + lag + widen, first + 1), count))


def _correlation(intended: np.ndarray, measured: np.ndarray, lag: int) -> float:
    """Correlation of intended[i] with measured[i + lag]."""
    length = min(len(intended), len(measured)) - abs(lag)
    left, right = intended[max(-lag, 0) :][:length], measured[max(lag, 0) :][:length]
    return float(np.corrcoef(left, right)[0, 1]) if left.std() > 0 and right.std() > 0 else 0.0


def _filled(curve: np.ndarray) -> np.ndarray:
    """Frames without a face take the value between their neighbours."""
    known = np.isfinite(curve)
    return np.interp(np.arange(len(curve)), np.flatnonzero(known), curve[known])
