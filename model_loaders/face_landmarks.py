"""face_landmarks.safetensors -> FaceLandmarker. Stored as half floats, computed in float32."""

from __future__ import annotations

from pathlib import Path

from ..core.face.landmarks.face_landmarker import FaceLandmarker
from .checkpoints import read_checkpoint
from .file_errors import BUNDLED_FILE
from .state_dicts import check_tensors, shapes_of

FACE_LANDMARKS = Path(__file__).parent / "starter" / "weights" / "face_landmarks.safetensors"
TRIANGLES = ("canonical.triangles",)  # indices of vertices


def load_face_landmarker(path: str | Path = FACE_LANDMARKS) -> FaceLandmarker:
    """Read a file written by ``research.training.convert_landmarks``; keys are the module's own. Raises InputError."""
    checkpoint = read_checkpoint(path, BUNDLED_FILE)
    tensors, landmarker = checkpoint.tensors(), FaceLandmarker()
    check_tensors(tensors, shapes_of(landmarker), checkpoint, integers=TRIANGLES)
    landmarker.load_state_dict(tensors)  # copied into float32 parameters
    return landmarker.eval().requires_grad_(False)
