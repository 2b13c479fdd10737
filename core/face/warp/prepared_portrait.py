"""The prepared portrait: the crop that moves, its coarse grid, and how it is pasted back into the picture.

In: image [1, 3, H, W] 0..1 and landmarks [478, 3] pixels. The crop is sampled from an upsampled copy, so that
a still pixel is reproduced exactly and a moved one stays sharp. Displacements live on a coarse grid.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .. import topology
from .box import Box, box_around
from .texture import sample, sharp_texture

CELLS_PER_UNIT = 20  # of the coarse grid, in an inter-ocular distance
MARGINS = (0.85, 1.15, 0.85, 0.75)  # left, top, right, bottom of the face oval, in inter-ocular distances


def cubic_weights(fine: int, coarse: int, device: torch.device) -> Tensor:
    """Catmull-Rom interpolation from ``coarse`` to ``fine`` samples with common ends: [fine, coarse]."""
    position = torch.linspace(0, coarse - 1, fine, device=device)
    start = position.floor().clamp(max=coarse - 2)
    t = position - start
    taps = (
        (-(t**3) + 2 * t**2 - t) / 2,
        (3 * t**3 - 5 * t**2 + 2) / 2,
        (-3 * t**3 + 4 * t**2 + t) / 2,
        (t**3 - t**2) / 2,
    )
    weights = torch.zeros(fine, coarse, device=device)
    for offset, tap in zip((-1, 0, 1, 2), taps, strict=True):
        index = (start.long() + offset).clamp(0, coarse - 1)
        weights.scatter_add_(1, index[:, None], tap[:, None])
    return weights


class PreparedPortrait:
    """``picture`` uint8 [H, W, 3] and its face crop ``box``: ``pixels`` [3, h, w] 0..255, ``texture``, ``landmarks``
    [478, 3] and the coarse ``grid`` [2, gh, gw] in the crop's pixel indices; ``unit`` is the inter-ocular distance."""

    def __init__(self, image: Tensor, landmarks: Tensor) -> None:
        height, width = image.shape[-2] // 2 * 2, image.shape[-1] // 2 * 2
        picture = (image[0, :, :height, :width] * 255).round().clamp(0, 255)
        self.device = image.device
        self.unit = float((landmarks[topology.IRIS_LEFT[0]] - landmarks[topology.IRIS_RIGHT[0]])[:2].norm())
        self.box = self._crop(landmarks[list(topology.FACE_OVAL), :2].T, width, height)
        self.picture = picture.permute(1, 2, 0).to(torch.uint8).contiguous()
        self.pixels = picture[(slice(None), *self.box.slices)].contiguous()
        self.texture = sharp_texture(self.pixels, Box(0, 0, self.box.width, self.box.height))
        self.landmarks = landmarks.clone()
        self.landmarks[:, :2] -= landmarks.new_tensor((self.box.left + 0.5, self.box.top + 0.5))
        self._prepare_grid()

    def _crop(self, oval: Tensor, width: int, height: int) -> Box:
        left, top, right, bottom = (margin * self.unit for margin in MARGINS)
        low = oval.amin(1) - oval.new_tensor((left, top))
        high = oval.amax(1) + oval.new_tensor((right, bottom))
        return box_around(torch.stack((low, high), dim=1), width, height)

    def _prepare_grid(self) -> None:
        width, height = self.box.width, self.box.height
        step = self.unit / CELLS_PER_UNIT
        columns, rows = max(4, math.ceil(width / step)), max(4, math.ceil(height / step))
        x = torch.linspace(0, width - 1, columns, device=self.device)
        y = torch.linspace(0, height - 1, rows, device=self.device)
        self.grid = torch.stack((x.expand(rows, -1), y[:, None].expand(-1, columns)))
        self._scale = torch.tensor((2 / (width - 1), 2 / (height - 1)), device=self.device).view(2, 1, 1)
        self._x = torch.linspace(-1, 1, width, device=self.device)[None].expand(height, -1)
        self._y = torch.linspace(-1, 1, height, device=self.device)[:, None].expand(-1, width)
        self._rows = cubic_weights(height, rows, self.device)
        self._columns = cubic_weights(width, columns, self.device).T.contiguous()

    def sample_coarse(self, coarse: Tensor, points: Tensor) -> Tensor:
        """Sample a coarse map [C, gh, gw] at index points [2, H, W] of the crop: [C, H, W]."""
        return sample(coarse, points * self._scale - 1)

    def warp(self, shift: Tensor) -> Tensor:
        """Backward warp: the crop [3, h, w], every pixel taken from where the coarse ``shift`` [2, gh, gw] points."""
        scaled = shift * self._scale
        x = self._x.addmm(self._rows @ scaled[0], self._columns)
        y = self._y.addmm(self._rows @ scaled[1], self._columns)
        return self.texture.at_normalized(torch.stack((x, y)))

    def frames(self, count: int) -> Tensor:
        """Copies of the portrait: uint8 [count, H, W, 3]."""
        return self.picture.expand(count, -1, -1, -1).clone()

    def paste(self, crop: Tensor, frame: Tensor) -> None:
        """Paste ``crop`` [3, h, w] 0..255, which is overwritten, into its place in ``frame`` [H, W, 3]."""
        frame[self.box.slices] = crop.add_(0.5).clamp_(0, 255).to(torch.uint8).permute(1, 2, 0)
