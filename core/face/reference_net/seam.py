"""Where the lips meet: the portrait's inner lip contours, corrected by its pixels.

In: the canvas and the mouth's frame. Out: curves y(x) of the inner and outer lips in inter-ocular distances. Between
closed lips the seam is the darkest line near the landmarks; the lips of an open mouth stay where the landmarks are.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .. import topology
from .canvas import Canvas
from .geometry import LocalFrame, Profile, blur_curve, smoothstep

SEARCH = 0.045
OPEN_GAP = 0.055


@dataclass(frozen=True)
class Lips:
    """Curves [STEPS] of the portrait's lips; beyond the corners all four are one line.

    ``across`` is -1 at the left inner corner, 0 in the middle, 1 at the right one; ``gap`` the aperture in the middle.
    """

    upper_outer: Tensor
    upper: Tensor
    lower: Tensor
    lower_outer: Tensor
    across: Tensor
    across_outer: Tensor
    half_width: float
    gap: float


def find_lips(canvas: Canvas, frame: LocalFrame, profile: Profile) -> Lips:
    local = frame.to_local(canvas.landmarks[:, :2].T)
    curves = [
        profile.contour(local[:, list(ids)])
        for ids in (
            topology.LIPS_OUTER_UPPER,
            topology.LIPS_INNER_UPPER,
            topology.LIPS_INNER_LOWER,
            topology.LIPS_OUTER_LOWER,
        )
    ]
    across = _across(profile.x, local[0, 78], local[0, 13], local[0, 308])
    across_outer = _across(profile.x, local[0, 61], local[0, 0], local[0, 291])
    gap = float((local[:, 14] - local[:, 13]).norm())
    upper, lower = _seam(canvas, frame, profile, curves[1], curves[2], across, gap)
    line = (upper + lower) / 2
    upper_outer = torch.where(across_outer.abs() < 1, torch.minimum(curves[0], upper - 0.01), line)
    lower_outer = torch.where(across_outer.abs() < 1, torch.maximum(curves[3], lower + 0.01), line)
    half_width = float(local[0, 308] - local[0, 78]) / 2
    return Lips(upper_outer, upper, lower, lower_outer, across, across_outer, half_width, gap)


def _across(x: Tensor, left: Tensor, middle: Tensor, right: Tensor) -> Tensor:
    to_left = (middle - left).clamp_min(0.05)
    to_right = (right - middle).clamp_min(0.05)
    return torch.where(x < middle, (x - middle) / to_left, (x - middle) / to_right)


def _seam(
    canvas: Canvas, frame: LocalFrame, profile: Profile, upper: Tensor, lower: Tensor, across: Tensor, gap: float
) -> tuple[Tensor, Tensor]:
    """Both inner contours; where the mouth is closed they become the dark line between the lips."""
    inside = across.abs() < 1
    middle = (upper + lower) / 2
    closed = smoothstep((OPEN_GAP - (lower - upper)) / 0.03) * min(1.0, max(0.0, (OPEN_GAP - gap) / 0.02))
    dark = _darkest(canvas, frame, profile.x, middle, inside)
    upper = torch.where(inside, upper + closed * (dark - upper), middle)
    lower = torch.where(inside, lower + closed * (dark - lower), middle)
    return torch.minimum(upper, lower), torch.maximum(upper, lower)


def _darkest(canvas: Canvas, frame: LocalFrame, x: Tensor, middle: Tensor, inside: Tensor) -> Tensor:
    """The darkest line within SEARCH of ``middle`` inside the mouth, smoothed: [STEPS]."""
    offsets = torch.linspace(-SEARCH, SEARCH, 31, device=x.device)
    local = torch.stack((x.expand(31, -1), middle + offsets[:, None]))  # [2, 31, STEPS]
    light = canvas.look_up(canvas.texture, frame.to_pixels(local)).mean(0)
    contrast = (light.mean(0) - light) / light.std(0).clamp_min(2)
    preference = contrast - 1.5 * (offsets / SEARCH).square()[:, None]
    weights = (6 * preference).softmax(0)
    offset = (weights * offsets[:, None]).sum(0) * inside
    return middle + blur_curve(offset, 12)
