"""Curves of facial motion [F] -> blinks, gaze shifts, rises and drift."""

from __future__ import annotations

import numpy as np

from ...core.bundles import FaceMotion

MOVING = 0.02  # lid closure from which a blink has begun
CLOSED = 0.5  # a blink closes the lids further than this
GAZE_STEP = 0.06  # of the eye's width within two frames


def blink_spans(closure: np.ndarray, fps: float) -> list[float]:
    """Seconds of every blink in a curve of lid closure [F] 0..1."""
    moving = np.concatenate([[False], closure > MOVING, [False]])
    starts, ends = np.flatnonzero(~moving[:-1] & moving[1:]), np.flatnonzero(moving[:-1] & ~moving[1:])
    spans = zip(starts, ends, strict=True)
    return [(end - start + 1) / fps for start, end in spans if closure[start:end].max() > CLOSED]


def count_gaze_shifts(x: np.ndarray, y: np.ndarray) -> int:
    """Jumps of the gaze that reach GAZE_STEP within two frames."""
    moved = np.hypot(x[2:] - x[:-2], y[2:] - y[:-2]) > GAZE_STEP
    return int((moved[1:] & ~moved[:-1]).sum())


def count_rises(curve: np.ndarray, height: float) -> int:
    """How often a curve rises above ``height``."""
    above = curve > height
    return int((above[1:] & ~above[:-1]).sum())


def head_drift(motion: FaceMotion) -> float:
    """Radians between the head's mean pose in the first ten seconds, its ease-in left out, and the last ten."""
    span, ease = round(10 * motion.fps), round(motion.fps)
    names = ("head_yaw", "head_pitch", "head_roll")
    return max(float(motion[name][0, -span:].mean() - motion[name][0, ease : ease + span].mean()) for name in names)
