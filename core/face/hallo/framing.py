"""Framing: which region of the portrait is rendered, at which size, and how frames are pasted back into the picture.

The UNets take any height and width in multiples of 64, so a portrait keeps its aspect ratio: the region with the aspect
ratio of the frames is rendered and pasted back into its place with a soft edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from ...settings.hallo import MULTIPLE, HalloSettings
from .face_boxes import face_box

HEAD_BY_FACE = 1.8  # side of the square around the head over the height of the face box
FEATHER = 0.06  # width of the soft edge over the region's shorter side


@dataclass(frozen=True)
class FrameRegion:
    """A rectangle of the portrait in pixels; ``size`` is the (height, width) of its frames."""

    left: int
    top: int
    width: int
    height: int
    size: tuple[int, int]

    def cut(self, image: Tensor) -> Tensor:
        """The region of an image [..., H, W]."""
        return image[..., self.top : self.top + self.height, self.left : self.left + self.width]

    def points(self, landmarks: Tensor) -> Tensor:
        """Landmarks [N, 2 or 3] in pixels of the region."""
        moved = landmarks.clone()
        moved[:, 0] -= self.left
        moved[:, 1] -= self.top
        return moved


def choose_region(image: Tensor, landmarks: Tensor, settings: HalloSettings) -> FrameRegion:
    """The region to render of a portrait [1, 3, H, W] with landmarks [478, 2 or 3]."""
    height, width = image.shape[-2:]
    if not settings.compatibility.keep_aspect:
        return FrameRegion(0, 0, width, height, (settings.size, settings.size))
    left, top, right, bottom = face_box(landmarks, height, width)
    center = (left + right) / 2, (top + bottom) / 2
    if settings.whole_picture:
        size = frame_size(height, width, settings.size)
        return _centered(center, _largest(height, width, size), (height, width), size)
    side = min(height, width, round(HEAD_BY_FACE * (bottom - top)))
    return _centered(center, (side, side), (height, width), (settings.size, settings.size))


def frame_size(height: int, width: int, side: int) -> tuple[int, int]:
    """(height, width) in multiples of 64: about the area of a square of ``side`` and the picture's aspect ratio."""
    scale = side / math.sqrt(height * width)
    return _multiple(height * scale), _multiple(width * scale)


def _multiple(length: float) -> int:
    return max(MULTIPLE, MULTIPLE * round(length / MULTIPLE))


def _largest(height: int, width: int, size: tuple[int, int]) -> tuple[int, int]:
    """(height, width) of the largest rectangle in the picture with the aspect ratio of ``size``."""
    scale = min(height / size[0], width / size[1])
    return min(height, round(size[0] * scale)), min(width, round(size[1] * scale))


def _centered(
    center: tuple[float, float], shape: tuple[int, int], picture: tuple[int, int], size: tuple[int, int]
) -> FrameRegion:
    """A region of ``shape`` around ``center`` (x, y), shifted into the picture (height, width)."""
    left = min(max(0, round(center[0] - shape[1] / 2)), picture[1] - shape[1])
    top = min(max(0, round(center[1] - shape[0] / 2)), picture[0] - shape[0])
    return FrameRegion(left, top, shape[1], shape[0], size)


def paste_back(frames: Tensor, image: Tensor, region: FrameRegion) -> Tensor:
    """Frames uint8 [F, h, w, 3] pasted into the portrait [1, 3, H, W]: uint8 [F, H, W, 3] with even sides."""
    height, width = image.shape[-2:]
    full = (image[0].permute(1, 2, 0).cpu() * 255).round()  # [H, W, 3]
    weight = soft_edges(region, height, width)[..., None]
    background = region.cut(full.permute(2, 0, 1)).permute(1, 2, 0)
    pasted = full.to(torch.uint8).repeat(len(frames), 1, 1, 1)
    for index, frame in enumerate(frames):
        planes = frame.permute(2, 0, 1)[None].float()
        if planes.shape[-2:] != (region.height, region.width):
            shape = (region.height, region.width)
            planes = F.interpolate(planes, shape, mode="bicubic", align_corners=False, antialias=True)
        mixed = planes[0].permute(1, 2, 0) * weight + background * (1 - weight)
        pasted[index, region.top : region.top + region.height, region.left : region.left + region.width] = (
            mixed.round().clamp(0, 255).to(torch.uint8)
        )
    return pasted[:, : height // 2 * 2, : width // 2 * 2]


def soft_edges(region: FrameRegion, height: int, width: int) -> Tensor:
    """Weights [h, w]: 1 inside the region, falling to 0 at those of its edges that lie within the picture."""
    reach = max(1.0, FEATHER * min(region.height, region.width))
    across = _ramp(region.width, reach, region.left > 0, region.left + region.width < width)
    down = _ramp(region.height, reach, region.top > 0, region.top + region.height < height)
    return torch.minimum(down[:, None], across[None])


def _ramp(length: int, reach: float, begins_inside: bool, ends_inside: bool) -> Tensor:
    positions = torch.arange(length) + 0.5
    rising = (positions / reach).clamp(max=1) if begins_inside else torch.ones(length)
    falling = ((length - positions) / reach).clamp(max=1) if ends_inside else torch.ones(length)
    return torch.minimum(rising, falling)
