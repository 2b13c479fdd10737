"""Rectangles of the face crop, in whole pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Box:
    """A rectangle of the crop in pixels."""

    left: int
    top: int
    width: int
    height: int

    def pixels(self, device: torch.device) -> Tensor:
        """Index points [2, height, width]."""
        y = torch.arange(self.top, self.top + self.height, device=device, dtype=torch.float32)
        x = torch.arange(self.left, self.left + self.width, device=device, dtype=torch.float32)
        return torch.stack((x.expand(self.height, -1), y[:, None].expand(-1, self.width)))

    def moved(self, x: int, y: int, width: int, height: int) -> Box:
        """The box shifted by (x, y), kept inside width x height."""
        left = min(max(self.left + x, 0), width - self.width)
        top = min(max(self.top + y, 0), height - self.height)
        return Box(left, top, self.width, self.height)

    def grown(self, margin: int, width: int, height: int) -> Box:
        """The box with a margin on every side, clipped to width x height."""
        left, top = max(0, self.left - margin), max(0, self.top - margin)
        right, bottom = self.left + self.width + margin, self.top + self.height + margin
        return Box(left, top, min(width, right) - left, min(height, bottom) - top)

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


def box_around(points: Tensor, width: int, height: int) -> Box:
    """The smallest box inside width x height that holds the points [2, n]."""
    low, high = points.amin(1), points.amax(1)
    left, top = max(0, math.floor(float(low[0]))), max(0, math.floor(float(low[1])))
    right, bottom = min(width, math.ceil(float(high[0])) + 1), min(height, math.ceil(float(high[1])) + 1)
    return Box(left, top, max(2, right - left), max(2, bottom - top))
