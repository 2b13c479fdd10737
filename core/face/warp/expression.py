"""Smooth displacement fields of the expression: brows, smile, and the mouth drawn in or spread.

In: channel values. Out: coarse maps [2, gh, gw] of each point's source in the face at rest. Every channel is one
displacement field, made once for the portrait; a frame is their weighted sum.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .. import topology
from .geometry import (
    LocalFrame,
    fall_off,
    interpolate,
    smoothstep,
)
from .prepared_portrait import PreparedPortrait

BROW_RAISE = 0.10  # inter-ocular distances
BROW_KNIT = 0.03
FIELDS = ("brow_raise", "smile", "lip_width", "lip_round")


class ExpressionWarp:
    def __init__(self, prepared: PreparedPortrait, head: LocalFrame, mouth: LocalFrame) -> None:
        self.prepared = prepared
        fields = (self._brows(head), self._smile(mouth), self._spread(mouth, 0.15, 0.55), self._rounding(mouth))
        self.fields = torch.stack(fields)  # [4, 2, gh, gw] pixels

    def source_points(self, points: Tensor, weights: Tensor) -> Tensor:
        """Coarse points [2, gh, gw] -> their sources; ``weights`` [4] in the order of FIELDS."""
        field = (weights @ self.fields.flatten(1)).view_as(points)
        first = points - self.prepared.sample_coarse(field, points)
        return points - self.prepared.sample_coarse(field, first)

    def _brows(self, head: LocalFrame) -> Tensor:
        local = head.to_local(self.prepared.landmarks[:, :2].T)
        x, y = head.to_local(self.prepared.grid)
        brow_ids = topology.BROW_UPPER_LEFT + topology.BROW_UPPER_RIGHT
        lid_ids = topology.EYE_UPPER_LEFT[1:-1] + topology.EYE_UPPER_RIGHT[1:-1]
        brow = interpolate(x, *_ascending(local[:, list(brow_ids)])) + 0.03
        lid = interpolate(x, *_ascending(local[:, list(lid_ids)])) - 0.04
        hairline = local[1, topology.FOREHEAD_TOP] - 0.05
        above = smoothstep((y - hairline) / (brow - hairline).clamp_min(0.15))
        below = smoothstep((lid - y) / (lid - brow).clamp_min(0.05))
        ends = local[0, [topology.BROW_UPPER_LEFT[0], topology.BROW_UPPER_RIGHT[-1]]]
        beside = smoothstep((x - ends[0] + 0.25) / 0.25) * smoothstep((ends[1] + 0.25 - x) / 0.25)
        weight = above * below * beside
        middle = local[0, [topology.BROW_UPPER_LEFT[-1], topology.BROW_UPPER_RIGHT[0]]].mean()
        knit = (x - middle) / 0.2 * fall_off(0.5 * ((x - middle) / 0.25) ** 2)
        return head.vector_to_pixels(torch.stack((BROW_KNIT * knit * weight, -BROW_RAISE * weight)))

    def _smile(self, mouth: LocalFrame) -> Tensor:
        corners = mouth.to_local(self.prepared.landmarks[[61, 291], :2].T)
        x, y = mouth.to_local(self.prepared.grid)
        field = torch.zeros_like(self.prepared.grid)
        for side, corner in ((-1.0, corners[:, 0]), (1.0, corners[:, 1])):
            distance = ((x - corner[0]) / 0.20) ** 2 + ((y - corner[1] + 0.05) / 0.24) ** 2
            weight = fall_off(0.5 * distance)
            field += torch.stack((0.05 * side * weight, -0.085 * weight))
        return mouth.vector_to_pixels(field * self._face_only(x))

    def _spread(self, mouth: LocalFrame, amount: float, reach: float) -> Tensor:
        """Horizontal stretch about the middle of the mouth; the corners move by ``amount`` of their distance."""
        x, y = mouth.to_local(self.prepared.grid)
        weight = fall_off(0.5 * ((x / reach) ** 2 + ((y - 0.03) / 0.28) ** 2)) * self._face_only(x)
        return mouth.vector_to_pixels(torch.stack((amount * x * weight, torch.zeros_like(x))) * 1.25)

    def _rounding(self, mouth: LocalFrame) -> Tensor:
        """Corners drawn in, lips fuller as if pushed towards the viewer."""
        x, y = mouth.to_local(self.prepared.grid)
        weight = fall_off(0.5 * ((x / 0.45) ** 2 + (y / 0.22) ** 2))
        fuller = mouth.vector_to_pixels(torch.stack((torch.zeros_like(x), 0.22 * y * weight)))
        return fuller + self._spread(mouth, -0.14, 0.5)

    @staticmethod
    def _face_only(x: Tensor) -> Tensor:
        return smoothstep((1.15 - x.abs()) / 0.4)


def _ascending(points: Tensor) -> tuple[Tensor, Tensor]:
    order = points[0].argsort()
    return points[0, order], points[1, order]
