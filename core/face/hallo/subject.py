"""The portrait as the decoder takes it: pixels, region masks and face tokens, with what the entanglement made of them.

The entanglement reads a portrait as 3,073 tokens of 512: the rows of its pixels in -1..1 (3 x 512 x 512), the rows of
its face region (the same shape), one face embedding. What comes back replaces them. Here the *difference* between what
came back and what went in is added, at any size and shape of the frames: a fresh block, the identity, changes no bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from ...bundles import Portrait
from .audio_module import RegionMasks
from .face_boxes import face_mask, lip_mask
from .framing import FrameRegion
from .hierarchical_masks import region_masks
from .pixels import network_pixels

WIDTH, SIDE = 512, 512
ROWS = 3 * SIDE
TOKENS = 2 * ROWS + 1


@dataclass(frozen=True)
class Subject:
    """``pixels`` [1, 3, h, w] in -1..1 and ``region`` [1, 3, h, w] in 0..1, h and w those of the frames;
    ``embedding`` [1, 512]; ``masks`` by level, finest first."""

    pixels: Tensor
    region: Tensor
    embedding: Tensor
    masks: tuple[RegionMasks, ...]


def visual_tokens(image: Tensor, landmarks: Tensor, embedding: Tensor) -> Tensor:
    """[1, 3, H, W], [478, 3], [1, 512] -> [1, 3073, 512]."""
    height, width = image.shape[-2:]
    pixels = 2 * network_pixels(image, (SIDE, SIDE)) - 1
    region = network_pixels(_filled(landmarks, height, width).to(image), (SIDE, SIDE))
    return torch.cat([pixels.reshape(1, ROWS, WIDTH), region.reshape(1, ROWS, WIDTH), embedding[:, None]], dim=1)


def prepare_subject(portrait: Portrait, video: Tensor, region: FrameRegion, levels: int) -> Subject:
    """``video`` [1, 3073, 512] is what the entanglement made of the portrait's visual tokens."""
    change = (video - portrait.visual_tokens).to(portrait.image)
    picture, points = region.cut(portrait.image), region.points(portrait.landmarks)
    pixels = 2 * network_pixels(picture, region.size) - 1
    filled = network_pixels(_filled(points, *picture.shape[-2:]).to(picture), region.size)
    return Subject(
        pixels + _at_region(change[:, :ROWS], portrait, region),
        filled + _at_region(change[:, ROWS:-1], portrait, region),
        portrait.visual_tokens[:, -1].to(picture) + change[:, -1],
        masks_of(points, picture.shape[-2:], region.size, levels),
    )


def masks_of(points: Tensor, picture: torch.Size, size: tuple[int, int], levels: int) -> tuple[RegionMasks, ...]:
    """Masks at 1 / 8 of ``size``, then half of that, and so on."""
    height, width = picture
    sizes = [(size[0] // (8 << level), size[1] // (8 << level)) for level in range(levels)]
    return region_masks(face_mask(points, height, width), lip_mask(points, height, width), sizes)


def _at_region(change: Tensor, portrait: Portrait, region: FrameRegion) -> Tensor:
    """A change of the square, stretched picture [1, 1536, 512], where the region lies: [1, 3, h, w]."""
    square = change.reshape(1, 3, SIDE, SIDE)
    if not square.any():
        return square.new_zeros(1, 3, *region.size)
    if region.size == (SIDE, SIDE) and (region.height, region.width) == portrait.image.shape[-2:]:
        return square
    full = F.interpolate(square, portrait.image.shape[-2:], mode="bilinear", align_corners=False)
    return F.interpolate(region.cut(full), region.size, mode="bilinear", align_corners=False)


def _filled(points: Tensor, height: int, width: int) -> Tensor:
    """The face box as a picture: [1, 3, H, W] of 0 and 1."""
    return torch.from_numpy(face_mask(points, height, width)).expand(3, -1, -1)[None] / 255
