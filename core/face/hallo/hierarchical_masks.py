"""Soft region masks at the four levels of the UNet, bit-equal to those that Hallo was trained with (OpenCV and PIL).

In: face and lip boxes as filled masks [H, W] of 0 and 255. Out: for each level the background, the face without the
lips, and the lips, each [1, h w] in 0..1. Intermediate results have 8 bits; a blur in floats would differ by 3 to 5
levels of 255.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .audio_module import RegionMasks

WORKING_SIZE = 64
FACE_BLUR, LIP_BLUR = 51, 31  # taps
TAP_SUM = 256

GrayMask = np.ndarray  # [h, w] uint8


def region_masks(face: GrayMask, lips: GrayMask, sizes: list[tuple[int, int]]) -> tuple[RegionMasks, ...]:
    """The masks at each (height, width) of ``sizes``."""
    regions = split_regions(soften(face, FACE_BLUR), soften(lips, LIP_BLUR))
    return tuple(RegionMasks(*(_resized(mask, size) for mask in regions)) for size in sizes)


def split_regions(face: GrayMask, lips: GrayMask) -> tuple[GrayMask, GrayMask, GrayMask]:
    """Softened boxes -> background, face without the lips, lips."""
    face_without_lips = np.maximum(face.astype(int) - lips, 0).astype(np.uint8)
    background = ((1 - face / 255.0) * 255).astype(np.uint8)  # truncated, not rounded
    return background, face_without_lips, lips


def soften(mask: GrayMask, taps: int) -> GrayMask:
    """Shrink to the working size, blur, stretch to the full range."""
    small = _resized_half_pixel(mask, WORKING_SIZE)
    return _stretched(_blurred(small, _integer_gaussian(taps)))


def _resized(mask: GrayMask, size: tuple[int, int]) -> Tensor:
    """Antialiased to (height, width), as one row: [1, h w] in 0..1."""
    picture = Image.fromarray(mask).resize((size[1], size[0]), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.asarray(picture).astype(np.float32) / 255).reshape(1, -1)


def _resized_half_pixel(mask: GrayMask, size: int) -> GrayMask:
    """Bilinear without antialiasing, pixel centres at halves."""
    rows, columns = _positions(mask.shape[0], size), _positions(mask.shape[1], size)
    values = mask.astype(np.float64)
    across = _interpolated(values, columns, axis=1)
    return np.rint(_interpolated(across, rows, axis=0)).astype(np.uint8)


def _positions(length: int, size: int) -> np.ndarray:
    return np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)


def _interpolated(values: np.ndarray, positions: np.ndarray, axis: int) -> np.ndarray:
    low = np.floor(positions).astype(int)
    high = np.minimum(low + 1, values.shape[axis] - 1)
    weight = (positions - low)[:, None] if axis == 0 else (positions - low)
    return np.take(values, low, axis) * (1 - weight) + np.take(values, high, axis) * weight


def _integer_gaussian(count: int) -> np.ndarray:
    """Gaussian taps as integers that add up to 256; rounding errors are carried towards the centre."""
    sigma = 0.3 * ((count - 1) * 0.5 - 1) + 0.8
    middle = count // 2
    exact = np.exp(-((np.arange(count) - middle) ** 2) / (2 * sigma**2))
    exact = exact / exact.sum() * TAP_SUM
    taps, carried = np.zeros(count, dtype=np.int64), 0.0
    for index in range(middle):
        wanted = exact[index] + carried
        taps[index] = taps[count - 1 - index] = math.floor(wanted + 0.5)
        carried = wanted - taps[index]
    taps[middle] = TAP_SUM - taps.sum()
    return taps


def _blurred(mask: GrayMask, taps: np.ndarray) -> GrayMask:
    """Separable convolution in integers; borders are mirrored without repeating the edge."""
    reach = len(taps) // 2
    padded = np.pad(mask.astype(np.int64), reach, mode="reflect")
    height, width = mask.shape
    across = np.sum([tap * padded[:, i : i + width] for i, tap in enumerate(taps)], axis=0)
    down = np.sum([tap * across[i : i + height] for i, tap in enumerate(taps)], axis=0)
    return ((down + (TAP_SUM * TAP_SUM // 2)) >> 16).astype(np.uint8)


def _stretched(mask: GrayMask) -> GrayMask:
    """Darkest to 0, brightest to 255; a flat mask is unchanged."""
    low, high = int(mask.min()), int(mask.max())
    if low == high:
        return mask
    return np.rint((mask.astype(np.float64) - low) * (255 / (high - low))).astype(np.uint8)
