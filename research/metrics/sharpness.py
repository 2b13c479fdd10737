"""Frames -> how sharp a region of them is."""

from __future__ import annotations

import numpy as np


def sharpness(frame: np.ndarray, region: np.ndarray) -> float:
    """Variance of the Laplacian of a frame's green [H, W] over a region, bool [H, W]."""
    light = frame[..., 1].astype(np.float64)
    laplacian = 4 * light[1:-1, 1:-1] - light[:-2, 1:-1] - light[2:, 1:-1] - light[1:-1, :-2] - light[1:-1, 2:]
    inside = laplacian[region[1:-1, 1:-1]]
    return float(inside.var()) if inside.size else float("nan")
