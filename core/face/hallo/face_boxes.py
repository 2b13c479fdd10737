"""Face and lip boxes of a picture, from its landmarks: filled masks [H, W] of 0 and 255.

A box is that of some landmarks in whole pixels, enlarged about its centre and shifted back into the picture, with the
reference's roundings. Landmarks [468 or more, 2 or more] in pixels.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

FACE_SCALE, LIP_SCALE = 1.2, 2.0
# fmt: off
SILHOUETTE = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 146, 91, 181, 84, 17, 314, 405, 321, 375)
# fmt: on

Box = tuple[int, int, int, int]  # left, top, right, bottom


def face_mask(landmarks: Tensor, height: int, width: int) -> np.ndarray:
    return filled(box(landmarks, SILHOUETTE, FACE_SCALE, height, width), height, width)


def lip_mask(landmarks: Tensor, height: int, width: int) -> np.ndarray:
    return filled(box(landmarks, LIPS, LIP_SCALE, height, width), height, width)


def box(landmarks: Tensor, points: tuple[int, ...], scale: float, height: int, width: int) -> Box:
    chosen = landmarks[list(points), :2].double().cpu().numpy()
    (left, top), (right, bottom) = np.round(chosen.min(0)).tolist(), np.round(chosen.max(0)).tolist()
    left, right = _enlarged(left, right, scale, width)
    top, bottom = _enlarged(top, bottom, scale, height)
    return left, top, right, bottom


def _enlarged(low: float, high: float, scale: float, limit: int) -> tuple[int, int]:
    middle, half = (low + high) // 2, (high - low) * scale // 2
    low, high = middle - half, middle + half
    if low < 0:
        low, high = 0, high - low
    if high > limit:
        low, high = low - (high - limit), limit
    return max(0, round(low)), round(high)


def filled(area: Box, height: int, width: int) -> np.ndarray:
    mask = np.zeros((height, width), dtype=np.uint8)
    mask[area[1] : area[3], area[0] : area[2]] = 255
    return mask
