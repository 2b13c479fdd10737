"""The portrait's lip contours: landmarks, corrected by the pixels where the lips meet.

In: the prepared portrait and the mouth's frame. Out: curves y(x) of the inner and outer lips in inter-ocular distances.
The seam between closed lips is the darkest line near the landmarks; the lips of an open mouth follow the landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .. import topology
from .geometry import (
    CurveGrid,
    LocalFrame,
    blur_curve,
    interpolate,
    smoothstep,
)
from .prepared_portrait import PreparedPortrait

SEARCH = 0.06  # on either side of the landmarks
OPEN_GAP = 0.055  # from which on the lips count as open


@dataclass(frozen=True)
class LipContours:
    """Curves [CURVE_SAMPLES] of the portrait's lips; beyond the corners all four coincide.

    ``across`` is -1 at the left inner corner, 0 in the middle, 1 at the right one, ``across_outer`` the same for the
    outer corners; ``gap`` is the aperture in the middle.
    """

    upper_outer: Tensor
    upper: Tensor
    lower: Tensor
    lower_outer: Tensor
    across: Tensor
    across_outer: Tensor
    half_width: float
    gap: float


def find_lip_contours(prepared: PreparedPortrait, frame: LocalFrame, curve_grid: CurveGrid) -> LipContours:
    local = frame.to_local(prepared.landmarks[:, :2].T)
    curves = [
        curve_grid.contour(local[:, list(ids)])
        for ids in (
            topology.LIPS_OUTER_UPPER,
            topology.LIPS_INNER_UPPER,
            topology.LIPS_INNER_LOWER,
            topology.LIPS_OUTER_LOWER,
        )
    ]
    across = _across(curve_grid.x, local[0, 78], local[0, 13], local[0, 308])
    across_outer = _across(curve_grid.x, local[0, 61], local[0, 0], local[0, 291])
    gap = float((local[:, 14] - local[:, 13]).norm())
    upper, lower = _inner_contours(prepared, frame, curve_grid, curves[1], curves[2], across, gap)
    seam = (upper + lower) / 2
    upper_outer = torch.where(across_outer.abs() < 1, torch.minimum(curves[0], upper - 0.01), seam)
    lower_outer = torch.where(across_outer.abs() < 1, torch.maximum(curves[3], lower + 0.01), seam)
    half_width = float(local[0, 308] - local[0, 78]) / 2
    return LipContours(upper_outer, upper, lower, lower_outer, across, across_outer, half_width, gap)


def _across(x: Tensor, left: Tensor, middle: Tensor, right: Tensor) -> Tensor:
    to_left = (middle - left).clamp_min(0.05)
    to_right = (right - middle).clamp_min(0.05)
    return torch.where(x < middle, (x - middle) / to_left, (x - middle) / to_right)


def _inner_contours(
    prepared: PreparedPortrait,
    frame: LocalFrame,
    curve_grid: CurveGrid,
    upper: Tensor,
    lower: Tensor,
    across: Tensor,
    gap: float,
) -> tuple[Tensor, Tensor]:
    """Both inner contours; where the mouth is closed they are the dark line between the lips."""
    inside = across.abs() < 1
    middle = (upper + lower) / 2
    closed = smoothstep((OPEN_GAP - (lower - upper)) / 0.03) * min(1.0, max(0.0, (OPEN_GAP - gap) / 0.02))
    seam = _darkest_line(prepared, frame, curve_grid.x, middle, inside)
    upper = torch.where(inside, upper + closed * (seam - upper), middle)
    lower = torch.where(inside, lower + closed * (seam - lower), middle)
    return torch.minimum(upper, lower), torch.maximum(upper, lower)


def _darkest_line(prepared: PreparedPortrait, frame: LocalFrame, x: Tensor, middle: Tensor, inside: Tensor) -> Tensor:
    """The darkest smooth line within SEARCH of ``middle`` inside the mouth: [CURVE_SAMPLES]."""
    offsets = torch.linspace(-SEARCH, SEARCH, 49, device=x.device)
    columns = inside.nonzero()[::4, 0]
    local = torch.stack((x[columns].expand(49, -1), middle[columns] + offsets[:, None]))  # [2, 49, C]
    light = prepared.texture.at(frame.to_pixels(local)).mean(0)
    relative = (light - light.mean(0)) / light.std(0).clamp_min(6)
    path = _cheapest_path(relative + 1.2 * (offsets / SEARCH).square()[:, None])
    offset = interpolate(x, x[columns], offsets[path]) * inside
    return middle + blur_curve(offset, 8)


def _cheapest_path(cost: Tensor) -> Tensor:
    """The row in each column [C] of the cheapest path through ``cost`` [R, C], where changes of row cost too."""
    rows = torch.arange(cost.shape[0], device=cost.device)
    change = 0.25 * (rows[:, None] - rows[None]).square()
    total, predecessors = cost[:, 0], []
    for column in range(1, cost.shape[1]):
        best = (total[:, None] + change).min(0)
        predecessors.append(best.indices)
        total = best.values + cost[:, column]
    path = [int(total.argmin())]
    for predecessor in reversed(predecessors):
        path.append(int(predecessor[path[-1]]))
    return torch.tensor(path[::-1], device=cost.device)
