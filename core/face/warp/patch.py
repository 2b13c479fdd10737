"""A box of the crop that follows the head and is redrawn: where it is, and how it blends into the crop."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .box import Box
from .geometry import smoothstep


class Patch:
    """``box`` is its place while the head looks straight ahead, ``center`` [2] the point that it follows."""

    def __init__(self, box: Box, center: Tensor) -> None:
        self.box, self.center = box, center
        self._pixels = box.pixels(center.device)
        self._feather = _feather(box, center.device)

    def moved(self, shift: tuple[int, int], width: int, height: int) -> MovedPatch:
        """The patch moved by ``shift``, kept inside width x height."""
        box = self.box.moved(*shift, width, height)
        offset = self._pixels.new_tensor((box.left - self.box.left, box.top - self.box.top))
        return MovedPatch(box, self._pixels + offset.view(2, 1, 1), self._feather)


@dataclass(frozen=True)
class MovedPatch:
    """A patch in one frame; ``pixels`` [2, h, w] are its index points."""

    box: Box
    pixels: Tensor
    feather: Tensor

    def cut(self, crop: Tensor) -> Tensor:
        """The patch's part of the crop [3, H, W]: a view [3, h, w]."""
        return crop[(slice(None), *self.box.slices)]

    def blend(self, crop: Tensor, drawn: Tensor) -> None:
        """Blend ``drawn`` [3, h, w] into the crop, with soft borders."""
        self.cut(crop).lerp_(drawn, self.feather)


def _feather(box: Box, device: torch.device) -> Tensor:
    """1 inside, 0 on the box's border: [height, width]."""
    x = torch.arange(box.width, device=device)
    y = torch.arange(box.height, device=device)
    across = torch.minimum(x, box.width - 1 - x) / (0.08 * box.width)
    down = torch.minimum(y, box.height - 1 - y) / (0.08 * box.height)
    return smoothstep(torch.minimum(across[None], down[:, None]))
