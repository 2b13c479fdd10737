"""Face and lip boxes of a picture from its landmarks, as filled masks [H, W] of 0 and 255.

A box bounds some landmarks in whole pixels, is enlarged about its centre and shifted back into the picture, with the
roundings of Hallo's own preprocessing. Landmarks [468 or more, 2 or more] in pixels.
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

BoundingBox = tuple[int, int, int, int]  # left, top, right, bottom


def face_box(landmarks: Tensor, height: int, width: int) -> BoundingBox:
    return _enlarged_box(landmarks, SILHOUETTE, FACE_SCALE, height, width)


def face_box_mask(landmarks: Tensor, height: int, width: int) -> np.ndarray:
    return _filled(face_box(landmarks, height, width), height, width)


def lip_box_mask(landmarks: Tensor, height: int, width: int) -> np.ndarray:
    return _filled(_enlarged_box(landmarks, LIPS, LIP_SCALE, height, width), height, width)


def _enlarged_box(landmarks: Tensor, vertices: tuple[int, ...], scale: float, height: int, width: int) -> BoundingBox:
    points = landmarks[list(vertices), :2].double().cpu().numpy()
    (left, top), (right, bottom) = np.round(points.min(0)).tolist(), np.round(points.max(0)).tolist()
    left, right = _enlarged(left, right, scale, width)
    top, bottom = _enlarged(top, bottom, scale, height)
    return left, top, right, bottom


def _enlarged(low: float, high: float, scale: float, limit: int) -> tuple[int, int]:
    """An interval scaled about its middle, then shifted into 0..limit."""
    middle, half = (low + high) // 2, (high - low) * scale // 2
    low, high = middle - half, middle + half
    if low < 0:
        low, high = 0, high - low
    if high > limit:
        low, high = low - (high - limit), limit
    return max(0, round(low)), round(high)


def _filled(box: BoundingBox, height: int, width: int) -> np.ndarray:
    left, top, right, bottom = box
    mask = np.zeros((height, width), dtype=np.uint8)
    mask[top:bottom, left:right] = 255
    return mask
