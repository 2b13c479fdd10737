"""Hallo's source image: the portrait's pixels, face region, face embedding and region masks at the size of the frames.

The entanglement reads a portrait as 3,073 tokens of 512: the rows of its pixels in -1..1 (3 x 512 x 512), the rows of
its face region (the same shape) and one face embedding; the entangled tokens replace them. Here their *difference* to
the tokens before is added at any size and shape of the frames, so a fresh block, the identity, changes no bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ...bundles import Portrait
from .audio_module import RegionMasks
from .face_boxes import face_box_mask, lip_box_mask
from .framing import FrameRegion
from .hierarchical_masks import region_masks
from .image_conversion import resize_image

WIDTH, SIDE = 512, 512
ROWS = 3 * SIDE
TOKENS = 2 * ROWS + 1


@dataclass(frozen=True)
class SourceImage:
    """``pixels`` [1, 3, h, w] in -1..1 and ``face_region`` [1, 3, h, w] in 0..1, h and w those of the frames;
    ``face_embedding`` [1, 512]; ``masks`` by level, finest first."""

    pixels: Tensor
    face_region: Tensor
    face_embedding: Tensor
    masks: tuple[RegionMasks, ...]


def visual_tokens(image: Tensor, landmarks: Tensor, embedding: Tensor) -> Tensor:
    """Picture [1, 3, H, W], landmarks [478, 3] and face embedding [1, 512] -> visual tokens [1, 3073, 512]."""
    mask = face_box_mask(landmarks, *image.shape[-2:])
    pixels = 2 * resize_image(image, (SIDE, SIDE)) - 1
    region = resize_image(_as_image(mask, image), (SIDE, SIDE))
    return torch.cat([pixels.reshape(1, ROWS, WIDTH), region.reshape(1, ROWS, WIDTH), embedding[:, None]], dim=1)


def prepare_source_image(portrait: Portrait, video: Tensor, region: FrameRegion, levels: int) -> SourceImage:
    """The region of the portrait at its frame size; ``video`` [1, 3073, 512] are its entangled visual tokens."""
    change = (video - portrait.visual_tokens).to(portrait.image)
    picture, points = region.cut(portrait.image), region.points(portrait.landmarks)
    height, width = picture.shape[-2:]
    face, lips = face_box_mask(points, height, width), lip_box_mask(points, height, width)
    pixels = 2 * resize_image(picture, region.size) - 1
    face_region = resize_image(_as_image(face, picture), region.size)
    return SourceImage(
        pixels + _resampled_change(change[:, :ROWS], portrait, region),
        face_region + _resampled_change(change[:, ROWS:-1], portrait, region),
        portrait.visual_tokens[:, -1].to(picture) + change[:, -1],
        region_masks(face, lips, _level_sizes(region.size, levels)),
    )


def _level_sizes(size: tuple[int, int], levels: int) -> list[tuple[int, int]]:
    """1 / 8 of ``size``, then half of that, and so on."""
    return [(size[0] // (8 << level), size[1] // (8 << level)) for level in range(levels)]


def _resampled_change(change: Tensor, portrait: Portrait, region: FrameRegion) -> Tensor:
    """A change [1, 1536, 512] of the whole picture stretched to a square -> the region's part of it [1, 3, h, w]."""
    square = change.reshape(1, 3, SIDE, SIDE)
    if not square.any():
        return square.new_zeros(1, 3, *region.size)
    if region.size == (SIDE, SIDE) and (region.height, region.width) == portrait.image.shape[-2:]:
        return square
    full = F.interpolate(square, portrait.image.shape[-2:], mode="bilinear", align_corners=False)
    return F.interpolate(region.cut(full), region.size, mode="bilinear", align_corners=False)


def _as_image(mask: np.ndarray, like: Tensor) -> Tensor:
    """A mask [H, W] of 0 and 255 as a picture [1, 3, H, W] of 0 and 1."""
    return (torch.from_numpy(mask).expand(3, -1, -1)[None] / 255).to(like)
