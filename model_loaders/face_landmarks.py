"""face_landmarks.safetensors -> FaceLandmarker. Stored as half floats, computed in float32."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file

from ..core.face.landmarks.face_landmarker import FaceLandmarker
from .bundled import reading


def load_face_landmarker(path: str | Path) -> FaceLandmarker:
    """Read a file written by ``research.training.convert_landmarks``; keys are the module's own. Raises InputError."""
    landmarker = FaceLandmarker()
    with reading(path):
        landmarker.load_state_dict(load_file(str(path)))  # copied into float32 parameters
    return landmarker.eval().requires_grad_(False)
