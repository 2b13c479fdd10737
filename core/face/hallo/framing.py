"""Which part of the portrait is rendered, at which size, and how frames return into the full picture.

The UNets take any height and width in multiples of 64, so a portrait keeps its shape: the part that has exactly the
frames' shape is rendered, and pasted back where it came from with a soft edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .face_boxes import FACE_SCALE, SILHOUETTE, box
from .settings import MULTIPLE, HalloSettings

HEAD_BY_FACE = 1.8  # side of the head's square over the height of the face box
FEATHER = 0.06  # soft edge, as a part of the region's shorter side


@dataclass(frozen=True)
class FrameRegion:
    """A rectangle of the portrait in pixels, and the (height, width) of its frames."""

    left: int
    top: int
    width: int
    height: int
    size: tuple[int, int]

    def cut(self, image: Tensor) -> Tensor:
        return image[..., self.top : self.top + self.height, self.left : self.left + self.width]

    def points(self, landmarks: Tensor) -> Tensor:
        """Landmarks [N, 2 or 3] in the region's own pixels."""
        moved = landmarks.clone()
        moved[:, 0] -= self.left
        moved[:, 1] -= self.top
        return moved


def choose_region(image: Tensor, landmarks: Tensor, settings: HalloSettings) -> FrameRegion:
    """For a portrait [1, 3, H, W]."""
    height, width = image.shape[-2:]
    if not settings.compatibility.keep_aspect:
        return FrameRegion(0, 0, width, height, (settings.size, settings.size))
    left, top, right, bottom = box(landmarks, SILHOUETTE, FACE_SCALE, height, width)
    center = (left + right) / 2, (top + bottom) / 2
    if settings.whole_picture:
        size = frame_size(height, width, settings.size)
        return _around(center, _largest(height, width, size), (height, width), size)
    side = min(height, width, round(HEAD_BY_FACE * (bottom - top)))
    return _around(center, (side, side), (height, width), (settings.size, settings.size))


def frame_size(height: int, width: int, side: int) -> tuple[int, int]:
    """(height, width) in multiples of 64 with about the area of a square of ``side`` and the picture's shape."""
    scale = side / math.sqrt(height * width)
    return _multiple(height * scale), _multiple(width * scale)


def _multiple(length: float) -> int:
    return max(MULTIPLE, MULTIPLE * round(length / MULTIPLE))


def _largest(height: int, width: int, size: tuple[int, int]) -> tuple[int, int]:
    """(height, width) of the largest rectangle in the picture that has the shape of ``size``."""
    scale = min(height / size[0], width / size[1])
    return min(height, round(size[0] * scale)), min(width, round(size[1] * scale))


def _around(
    center: tuple[float, float], shape: tuple[int, int], picture: tuple[int, int], size: tuple[int, int]
) -> FrameRegion:
    left = min(max(0, round(center[0] - shape[1] / 2)), picture[1] - shape[1])
    top = min(max(0, round(center[1] - shape[0] / 2)), picture[0] - shape[0])
    return FrameRegion(left, top, shape[1], shape[0], size)


def paste_back(frames: Tensor, image: Tensor, region: FrameRegion) -> Tensor:
    """Frames uint8 [F, h, w, 3] in the full portrait [1, 3, H, W]: uint8 [F, H, W, 3] with even sides."""
    height, width = image.shape[-2:]
    full = (image[0].permute(1, 2, 0).cpu() * 255).round()  # [H, W, 3]
    weight = soft_edges(region, height, width)[..., None]
    under = region.cut(full.permute(2, 0, 1)).permute(1, 2, 0)
    pasted = full.to(torch.uint8).repeat(len(frames), 1, 1, 1)
    for index, frame in enumerate(frames):
        planes = frame.permute(2, 0, 1)[None].float()
        if planes.shape[-2:] != (region.height, region.width):
            shape = (region.height, region.width)
            planes = F.interpolate(planes, shape, mode="bicubic", align_corners=False, antialias=True)
        mixed = planes[0].permute(1, 2, 0) * weight + under * (1 - weight)
        pasted[index, region.top : region.top + region.height, region.left : region.left + region.width] = (
            mixed.round().clamp(0, 255).to(torch.uint8)
        )
    return pasted[:, : height // 2 * 2, : width // 2 * 2]


def soft_edges(region: FrameRegion, height: int, width: int) -> Tensor:
    """1 inside the region, falling to 0 at those of its edges that lie within the picture: [h, w]."""
    reach = max(1.0, FEATHER * min(region.height, region.width))
    across = _ramp(region.width, reach, region.left > 0, region.left + region.width < width)
    down = _ramp(region.height, reach, region.top > 0, region.top + region.height < height)
    return torch.minimum(down[:, None], across[None])


def _ramp(length: int, reach: float, begins_inside: bool, ends_inside: bool) -> Tensor:
    places = torch.arange(length) + 0.5
    rising = (places / reach).clamp(max=1) if begins_inside else torch.ones(length)
    falling = ((length - places) / reach).clamp(max=1) if ends_inside else torch.ones(length)
    return torch.minimum(rising, falling)
