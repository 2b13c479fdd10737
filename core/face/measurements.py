"""Measurements of a face from its landmarks: its own frame, eyes, gaze, mouth.

In: landmarks [478, 2 or 3] in pixels and blendshapes [52]. Left and right are the viewer's; blendshapes name the
person's own, so the viewer's left eye is "Right" there.
"""

from __future__ import annotations

import torch
from torch import Tensor

from . import topology
from .landmarks.blendshapes import BLENDSHAPE_INDEX

SHUT_RATIO, OPEN_RATIO = 0.08, 0.28  # lid gap over eye width
LID_MIDDLE = slice(3, 6)
INNER_LIP_TOP, INNER_LIP_BOTTOM = 13, 14


def iris_centers(points: Tensor) -> tuple[Tensor, Tensor]:
    """The viewer's left and right iris centre: [2] each."""
    return points[topology.IRIS_LEFT[0], :2], points[topology.IRIS_RIGHT[0], :2]


def inter_ocular(points: Tensor) -> Tensor:
    """Distance between the iris centres in pixels."""
    left, right = iris_centers(points)
    return (right - left).norm()


def upright(points: Tensor) -> Tensor:
    """Rotation and scale [2, 2] from pixels to the face's own frame: eyes level, inter-ocular distance 1."""
    left, right = iris_centers(points)
    cos, sin = (right - left) / (right - left).square().sum()
    return torch.stack([torch.stack([cos, sin]), torch.stack([-sin, cos])])


def canonical_landmarks(points: Tensor) -> Tensor:
    """Landmarks [478, 2 or 3] in the face's own frame: iris midpoint at the origin, inter-ocular distance 1, no
    roll: [478, 2]."""
    left, right = iris_centers(points)
    return (points[:, :2] - (left + right) / 2) @ upright(points).T


def eye_openness(points: Tensor, blendshapes: Tensor) -> tuple[float, float]:
    """The viewer's left and right eye, 0 shut .. 1 open: the smaller of the lid gap and 1 - blink."""
    left = _lid_opening(points, topology.EYE_UPPER_LEFT, topology.EYE_LOWER_LEFT)
    right = _lid_opening(points, topology.EYE_UPPER_RIGHT, topology.EYE_LOWER_RIGHT)
    blink_left, blink_right = (blendshapes[BLENDSHAPE_INDEX[f"eyeBlink{own}"]].item() for own in ("Right", "Left"))
    return min(left, 1 - blink_left), min(right, 1 - blink_right)


def gaze_direction(blendshapes: Tensor) -> tuple[float, float]:
    """Gaze (x, y) in -1..1, x to the viewer's right and y down: the mean of both eyes."""

    def look(eye: str, direction: str) -> float:
        return blendshapes[BLENDSHAPE_INDEX[f"eyeLook{direction}{eye}"]].item()

    x = look("Left", "Out") - look("Left", "In") + look("Right", "In") - look("Right", "Out")
    y = look("Left", "Down") - look("Left", "Up") + look("Right", "Down") - look("Right", "Up")
    return x / 2, y / 2


def mouth_gap(points: Tensor) -> float:
    """Distance between the inner lips at the middle of the mouth, in inter-ocular distances."""
    return ((points[INNER_LIP_BOTTOM] - points[INNER_LIP_TOP]).norm() / inter_ocular(points)).item()


def _lid_opening(points: Tensor, upper: tuple[int, ...], lower: tuple[int, ...]) -> float:
    upper_lid, lower_lid = points[list(upper)], points[list(lower)]
    gap = (upper_lid[LID_MIDDLE] - lower_lid[LID_MIDDLE]).norm(dim=1).mean()
    ratio = gap / (upper_lid[0] - upper_lid[-1]).norm()
    return min(1.0, max(0.0, (ratio.item() - SHUT_RATIO) / (OPEN_RATIO - SHUT_RATIO)))
