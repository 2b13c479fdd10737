"""Lips and jaw as a column-wise warp that is split along the line between the lips.

In: articulation values and points [2, H, W] in the mouth's frame, inter-ocular distances. Out: each point's source in
the portrait, once for the side of the upper lip and once for that of the lower lip. In every column a few heights
(nose, lip edges, chin, neck) move by known amounts, so the aperture in the middle of the mouth is exactly ``lip_gap``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .. import topology
from .geometry import (
    CurveGrid,
    fall_off,
    frame_between,
    interpolate,
    smoothstep,
)
from .lip_contours import find_lip_contours
from .prepared_portrait import PreparedPortrait

JAW_DROP = 0.22  # inter-ocular distances at jaw 1
NECK = 0.45  # below the jawline; there nothing moves
EDGE = 0.008  # trimmed from parting lips, whose edges are dark or show teeth
JAW_OPEN = 25  # blendshape


@dataclass(frozen=True)
class MouthShape:
    """The articulation channels of one frame."""

    jaw: float
    lip_gap: float
    lip_width: float
    lip_round: float
    lip_teeth: float
    lip_press: float
    tongue: float
    upper_lip: float


@dataclass(frozen=True)
class LipDeformation:
    """The lips and jaw of one frame: moved heights and their displacements, curves [CURVE_SAMPLES]."""

    curve_grid: CurveGrid
    nose: Tensor
    upper_outer: Tensor
    upper: Tensor
    upper_outer_shift: Tensor
    upper_shift: Tensor
    lower: Tensor
    lower_outer: Tensor
    boss: Tensor
    chin: Tensor
    neck: Tensor
    lower_shift: Tensor
    lower_outer_shift: Tensor
    chin_shift: Tensor
    jaw_drop: float

    def lip_edges(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Heights of the inner lips at x [H, W]: [H, W] each."""
        upper, lower = self.curve_grid.sample((self.upper, self.lower), x)
        return upper, lower

    def upper_side(self, points: Tensor) -> Tensor:
        """Source points [2, H, W] on the nose, the cheeks and the upper lip."""
        x, y = points
        curves = (self.nose, self.upper_outer, self.upper, self.upper_outer_shift, self.upper_shift)
        nose, outer, inner, outer_shift, inner_shift = self.curve_grid.sample(curves, x)
        lip = ((y - outer) / (inner - outer).clamp_min(1e-3)).clamp(0, 1)
        skin = smoothstep((y - nose) / (outer - nose).clamp_min(1e-2))
        shift = skin * (outer_shift + lip * (inner_shift - outer_shift))
        return torch.stack((x, torch.minimum(y, inner) - shift))

    def lower_side(self, points: Tensor) -> Tensor:
        """Source points [2, H, W] on the lower lip, the chin and the neck."""
        x, y = points
        heights = (self.lower, self.lower_outer, self.boss, self.chin, self.neck)
        shifts = (self.lower_shift, self.lower_outer_shift, self.chin_shift)
        inner, outer, boss, chin, neck, inner_shift, outer_shift, chin_shift = self.curve_grid.sample(
            heights + shifts, x
        )
        lip = ((y - inner) / (outer - inner).clamp_min(1e-3)).clamp(0, 1)
        skin = smoothstep((y - outer) / (boss - outer).clamp_min(1e-2))
        lip_shift = inner_shift + lip * (outer_shift - inner_shift)
        shift = lip_shift + skin * (chin_shift - lip_shift)
        still = smoothstep((y - chin) / (neck - chin))
        return torch.stack((x, torch.maximum(y, inner) - shift * (1 - still)))

    def either_side(self, points: Tensor) -> Tensor:
        """Source points [2, H, W], each on its own side of the lips."""
        upper, lower = self.lip_edges(points[0])
        return torch.where(points[1] > (upper + lower) / 2, self.lower_side(points), self.upper_side(points))


class LipWarp:
    def __init__(self, prepared: PreparedPortrait, blendshapes: Tensor) -> None:
        points = prepared.landmarks[:, :2]
        self.frame = frame_between(points[61], points[291], (points[13] + points[14]) / 2, prepared.unit)
        self.curve_grid = CurveGrid(1.6, prepared.device)
        self.contours = find_lip_contours(prepared, self.frame, self.curve_grid)
        own_jaw = float(blendshapes[JAW_OPEN])
        self.own_jaw = own_jaw if own_jaw > 0.03 else 0.0
        self._prepare_face(self.frame.to_local(points.T))

    def _prepare_face(self, local: Tensor) -> None:
        x = self.curve_grid.x
        jaw = local[:, list(topology.JAWLINE)]
        side_left, side_right = float(jaw[0].amin()), float(jaw[0].amax())
        self.jawline = self.curve_grid.contour(jaw[:, 2:-2], smoothing=0.06)
        reach = torch.where(x < 0, x / side_left, x / side_right)
        self.jaw_weight = smoothstep((1.25 - reach) / 1.05)
        self.nose = local[1, topology.NOSE_BASE] - 0.45 * smoothstep((x.abs() - 0.12) / 0.5)
        self.seam = (self.contours.upper + self.contours.lower) / 2
        self.aperture = 1 - self.contours.across.clamp(-1, 1).square()
        self.outer_aperture = (1 - self.contours.across_outer.clamp(-1, 1).square()) ** 0.8
        self.open = min(1.0, max(0.0, (self.contours.gap - 0.04) / 0.04))  # 1: the portrait's mouth is open
        self.inset = 0.016 * self.open  # trimmed from the lips' edges, so that teeth do not stick to them
        self.meeting = self.contours.upper + 0.45 * (self.contours.lower - self.contours.upper)

    def deformation(self, shape: MouthShape) -> LipDeformation:
        """The deformation for one frame's articulation."""
        lips = self.contours
        drop = JAW_DROP * (shape.jaw - self.own_jaw)
        opening = self.aperture ** (0.80 - 0.6 * min(shape.lip_gap, 0.3) - 0.2 * shape.lip_round)
        common = 0.25 * drop * self.jaw_weight
        raised = min(0.22 * shape.lip_gap, 0.045) + 0.05 * shape.upper_lip + 0.015 * shape.lip_teeth
        upper = self.meeting + common - raised * opening
        lower = upper + shape.lip_gap * opening
        upper_full, lower_full = lips.upper - lips.upper_outer, lips.lower_outer - lips.lower
        inset = self.inset + EDGE * min(1.0, shape.lip_gap / 0.04)
        upper_roll = inset * opening
        lower_roll = inset * opening + 0.62 * shape.lip_teeth * opening * lower_full
        upper_shift, lower_shift = upper - (lips.upper - upper_roll), lower - (lips.lower + lower_roll)
        thinner = 0.22 * shape.lip_press * self.outer_aperture
        upper_outer_shift = common + self.outer_aperture * self._middle(upper - lips.upper - common) * 0.85
        lower_outer_shift = common + self.outer_aperture * self._middle(lower - lips.lower - common) * 0.95
        upper_outer_shift = upper_outer_shift + thinner * upper_full
        lower_outer_shift = lower_outer_shift - (thinner + 0.40 * shape.lip_teeth * self.outer_aperture) * lower_full
        chin_shift = self._chin_shift(drop, lower_outer_shift)
        jawline = torch.maximum(self.jawline, lips.lower_outer + 0.3)
        return LipDeformation(
            self.curve_grid,
            torch.minimum(self.nose, lips.upper_outer - 0.08),
            torch.minimum(lips.upper_outer + upper_outer_shift, upper - 0.005),
            upper,
            upper_outer_shift,
            upper_shift,
            lower,
            torch.maximum(lips.lower_outer + lower_outer_shift, lower + 0.005),
            lips.lower_outer + 0.45 * (jawline - lips.lower_outer) + chin_shift,
            jawline + chin_shift,
            jawline + NECK,
            lower_shift,
            lower_outer_shift,
            chin_shift,
            drop,
        )

    def contact_shade(self, points: Tensor, top: Tensor, bottom: Tensor) -> Tensor:
        """Shading factor [H, W] where lips touch that the portrait shows apart; closed ones show their own shadow."""
        (across,) = self.curve_grid.sample((self.contours.across,), points[0])
        inside = smoothstep((1.02 - across.abs()) / 0.1)
        distance = torch.maximum(top - points[1], points[1] - bottom).clamp_min(0)
        touching = smoothstep(1 - (bottom - top) / 0.04)
        return 1 - 0.38 * self.open * inside * touching * fall_off((distance / 0.012) ** 2)

    def _middle(self, curve: Tensor) -> Tensor:
        """The curve's value in the middle of the mouth."""
        return interpolate(curve.new_zeros(1), self.curve_grid.x, curve)

    def _chin_shift(self, drop: float, lip_shift: Tensor) -> Tensor:
        """The chin follows the jaw, and the lower lip where it moves further than the skin can stretch."""
        least = (self._middle(lip_shift) - 0.12).clamp_min(0)
        return torch.maximum(torch.full_like(least, drop), least) * self.jaw_weight
