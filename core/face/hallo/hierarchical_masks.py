"""Soft region masks at the four levels of the UNet, to the bit those that Hallo was trained with (by OpenCV and PIL).

In: face and lip boxes as filled masks [H, W] of 0 and 255. Out: for each level the background, the face around the
lips, and the lips, each [1, h w] in 0..1. Everything between is in 8 bits; a float blur would be off by 3 to 5 levels.
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
UNIT = 256  # a tap of 1.0 as an integer

Grey = np.ndarray  # [h, w] uint8


def region_masks(face: Grey, lip: Grey, sizes: list[tuple[int, int]]) -> tuple[RegionMasks, ...]:
    """The masks at each (height, width) of ``sizes``."""
    background, around_lips, lips = separate(soften(face, FACE_BLUR), soften(lip, LIP_BLUR))
    levels = []
    for size in sizes:
        full, face_level, lip_level = (resized(mask, size) for mask in (background, around_lips, lips))
        levels.append(RegionMasks(full, face_level, lip_level))
    return tuple(levels)


def separate(face: Grey, lip: Grey) -> tuple[Grey, Grey, Grey]:
    """Softened boxes -> background, face without the lips, lips."""
    around_lips = np.maximum(face.astype(int) - lip, 0).astype(np.uint8)
    background = ((1 - face / 255.0) * 255).astype(np.uint8)  # cut off, not rounded
    return background, around_lips, lip


def soften(mask: Grey, taps: int) -> Grey:
    """Shrink to the working size, blur, stretch to the full range."""
    small = halfpixel_bilinear(mask, WORKING_SIZE)
    return stretched(blurred(small, integer_taps(taps)))


def resized(mask: Grey, size: tuple[int, int]) -> Tensor:
    """Antialiased to (height, width), as one row: [1, h w]."""
    picture = Image.fromarray(mask).resize((size[1], size[0]), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.asarray(picture).astype(np.float32) / 255).reshape(1, -1)


def halfpixel_bilinear(mask: Grey, size: int) -> Grey:
    """Bilinear without smoothing, pixel centres at halves."""
    rows, columns = _places(mask.shape[0], size), _places(mask.shape[1], size)
    values = mask.astype(np.float64)
    across = _between(values, columns, axis=1)
    return np.rint(_between(across, rows, axis=0)).astype(np.uint8)


def _places(length: int, size: int) -> np.ndarray:
    return np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)


def _between(values: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, values.shape[axis] - 1)
    weight = (places - low)[:, None] if axis == 0 else (places - low)
    return np.take(values, low, axis) * (1 - weight) + np.take(values, high, axis) * weight


def integer_taps(count: int) -> np.ndarray:
    """A Gaussian whose taps are integers that add up to 256: rounding errors are carried towards the centre."""
    sigma = 0.3 * ((count - 1) * 0.5 - 1) + 0.8
    middle = count // 2
    exact = np.exp(-((np.arange(count) - middle) ** 2) / (2 * sigma**2))
    exact = exact / exact.sum() * UNIT
    taps, carried = np.zeros(count, dtype=np.int64), 0.0
    for index in range(middle):
        wanted = exact[index] + carried
        taps[index] = taps[count - 1 - index] = math.floor(wanted + 0.5)
        carried = wanted - taps[index]
    taps[middle] = UNIT - taps.sum()
    return taps


def blurred(mask: Grey, taps: np.ndarray) -> Grey:
    """Separable convolution in integers; borders are mirrored without repeating the edge."""
    reach = len(taps) // 2
    padded = np.pad(mask.astype(np.int64), reach, mode="reflect")
    height, width = mask.shape
    across = np.sum([tap * padded[:, i : i + width] for i, tap in enumerate(taps)], axis=0)
    down = np.sum([tap * across[i : i + height] for i, tap in enumerate(taps)], axis=0)
    return ((down + (UNIT * UNIT // 2)) >> 16).astype(np.uint8)


def stretched(mask: Grey) -> Grey:
    """Darkest to 0, brightest to 255; a flat mask stays as it is."""
    low, high = int(mask.min()), int(mask.max())
    if low == high:
        return mask
    return np.rint((mask.astype(np.float64) - low) * (255 / (high - low))).astype(np.uint8)
