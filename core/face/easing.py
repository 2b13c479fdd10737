"""Easing of values that move over time."""

from __future__ import annotations


def ease_in_out(x: float) -> float:
    """0 below 0, 1 above 1, and a cubic ease between."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)
