"""Coordinates of the warp.

Points are [2, ...] (x, y) in pixel indices of the face crop. A ``LocalFrame`` transforms them into a facial part's own
axes in inter-ocular distances; a ``CurveGrid`` tabulates curves y(x) (lip lines, lids, jaw) in such a frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

CURVE_SAMPLES = 641
THREE = torch.tensor(3.0)


@dataclass(frozen=True)
class LocalFrame:
    """``origin`` [2] and the x axis ``axis`` [2] of unit length in crop pixels; ``unit`` pixels make 1.0."""

    origin: Tensor
    axis: Tensor
    unit: float

    @cached_property
    def _pixels(self) -> Tensor:
        """From vectors of the frame to crop pixels: [2, 2]."""
        across = torch.stack((-self.axis[1], self.axis[0]))
        return torch.stack((self.axis, across), 1) * self.unit

    @cached_property
    def _local(self) -> Tensor:
        """From vectors of crop pixels to the frame: [2, 2]."""
        return self._pixels.T / self.unit**2

    def to_local(self, points: Tensor) -> Tensor:
        offsets = points.reshape(2, -1) - self.origin[:, None]  # [2, ...] -> [2, n]
        return self._local.mm(offsets).view_as(points)

    def vector_to_pixels(self, vectors: Tensor) -> Tensor:
        return self._pixels.mm(vectors.reshape(2, -1)).view_as(vectors)

    def to_pixels(self, points: Tensor) -> Tensor:
        return torch.addmm(self.origin[:, None], self._pixels, points.reshape(2, -1)).view_as(points)


def frame_between(left: Tensor, right: Tensor, origin: Tensor, unit: float) -> LocalFrame:
    """The frame whose x axis points from ``left`` to ``right`` (both [2])."""
    return LocalFrame(origin, F.normalize(right - left, dim=0), unit)


def interpolate(x: Tensor, knots_x: Tensor, knots_y: Tensor) -> Tensor:
    """Piecewise linear curve through knots (ascending x), constant beyond the ends."""
    last = knots_x.numel() - 1
    right = torch.searchsorted(knots_x.contiguous(), x.contiguous()).clamp(1, last)
    left = right - 1
    part = ((x - knots_x[left]) / (knots_x[right] - knots_x[left]).clamp_min(1e-6)).clamp(0, 1)
    return knots_y[left] + part * (knots_y[right] - knots_y[left])


def blur_curve(curve: Tensor, samples: float) -> Tensor:
    """Gaussian smoothing of a curve [N]; ``samples`` is the standard deviation."""
    radius = max(1, int(3 * samples))
    offsets = torch.arange(-radius, radius + 1, device=curve.device)
    kernel = torch.exp(-0.5 * (offsets / samples) ** 2)
    padded = F.pad(curve.view(1, 1, -1), (radius, radius), mode="replicate")
    return F.conv1d(padded, (kernel / kernel.sum()).view(1, 1, -1)).view(-1)


def smoothstep(value: Tensor) -> Tensor:
    """0 below 0, 1 above 1, and a cubic ease between."""
    value = value.clamp(0, 1)
    return torch.sub(THREE, value, alpha=2).mul_(value).mul_(value)


def fall_off(value: Tensor) -> Tensor:
    """exp(-value) for values from 0 on, without denormal results, which are slow."""
    return torch.exp(-value.clamp_max(60))


@dataclass(frozen=True)
class CurveGrid:
    """The sampling positions x [CURVE_SAMPLES] over -reach..reach on which a part's curves are tabulated."""

    reach: float
    device: torch.device

    @property
    def x(self) -> Tensor:
        return torch.linspace(-self.reach, self.reach, CURVE_SAMPLES, device=self.device)

    def contour(self, points: Tensor, smoothing: float = 0.02) -> Tensor:
        """Tabulate landmarks [2, n], ordered by x, as a smooth curve y(x): [CURVE_SAMPLES]."""
        ascending = torch.cummax(points[0] + torch.arange(points.shape[1], device=points.device) * 1e-5, 0).values
        curve = interpolate(self.x, ascending, points[1])
        return blur_curve(curve, smoothing * (CURVE_SAMPLES - 1) / (2 * self.reach))

    def sample(self, curves: Sequence[Tensor], x: Tensor) -> Tensor:
        """Curves (each [CURVE_SAMPLES]) at positions x [H, W]: [len(curves), H, W]."""
        table = torch.stack(list(curves))
        last = CURVE_SAMPLES - 1
        position = (x * (last / (2 * self.reach)) + last / 2).clamp_(0, CURVE_SAMPLES - 1.001)
        left = position.long()
        flat = left.flatten()
        start = table.index_select(1, flat).view(-1, *x.shape)  # [K, H * W] -> [K, H, W]
        slope = table.diff(dim=1).index_select(1, flat).view(-1, *x.shape)
        return torch.addcmul(start, slope, position - left)
