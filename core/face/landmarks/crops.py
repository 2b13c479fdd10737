"""Square, rotated regions of an image, and their resampling to a network's input size.

Pixel coordinates are the image's own: x right, y down, pixel 0 at 0. Sampling is bit-equal to that of the official
runtime: bilinear without antialiasing, positions on a grid of 1/32 pixel, values in 8 bits. The networks depend on it:
a few differences of one grey level move a blendshape by 0.03.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

SUBPIXELS = 32
GRAY_LEVELS = 255


@dataclass(frozen=True)
class CropRegion:
    """A square in pixels: centre, side, and its rotation in radians (clockwise on screen)."""

    center_x: float
    center_y: float
    side: float
    angle: float = 0.0

    def to_image(self, size: int) -> Tensor:
        """Affine map [2, 3] from pixels of a ``size`` x ``size`` crop to pixels of the image."""
        scale = self.side / size
        cos, sin = scale * math.cos(self.angle), scale * math.sin(self.angle)
        left = self.center_x - (cos - sin) * size / 2
        top = self.center_y - (sin + cos) * size / 2
        return torch.tensor([[cos, -sin, left], [sin, cos, top]], dtype=torch.float64)


def crop(image: Tensor, region: CropRegion, size: int, *, repeat_edges: bool) -> Tensor:
    """[1, 3, H, W] -> [1, 3, size, size]; outside the image its edge pixels are repeated, or black."""
    points = _round_half_up(apply_affine(region.to_image(size), _pixel_grid(size)) * SUBPIXELS) / SUBPIXELS
    low = points.floor()
    right, down = (points - low).to(image).unbind(-1)
    x, y = low.long().to(image.device).unbind(-1)
    top = _pixels(image, x, y, repeat_edges) * (1 - right) + _pixels(image, x + 1, y, repeat_edges) * right
    bottom = _pixels(image, x, y + 1, repeat_edges) * (1 - right) + _pixels(image, x + 1, y + 1, repeat_edges) * right
    return (_round_half_up(top * (1 - down) + bottom * down) / GRAY_LEVELS).unsqueeze(0)


def _round_half_up(values: Tensor) -> Tensor:
    """Round to the nearest integer, halves up."""
    return torch.floor(values + 0.5)


def _pixel_grid(size: int) -> Tensor:
    """x and y of every pixel: [size, size, 2]."""
    steps = torch.arange(size, dtype=torch.float64)
    rows, columns = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([columns, rows], dim=-1)


def _pixels(image: Tensor, x: Tensor, y: Tensor, repeat_edges: bool) -> Tensor:
    """Grey levels [3, size, size] at integer positions."""
    height, width = image.shape[-2:]
    inside_x, inside_y = x.clamp(0, width - 1), y.clamp(0, height - 1)
    levels = torch.round(image[0, :, inside_y, inside_x] * GRAY_LEVELS)
    return levels if repeat_edges else levels * ((inside_x == x) & (inside_y == y)).to(image)


def apply_affine(matrix: Tensor, points: Tensor) -> Tensor:
    """Map points [..., 2] by an affine matrix [2, 3]."""
    return points @ matrix[:, :2].T + matrix[:, 2]
