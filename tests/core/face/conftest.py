"""Portraits and the bundled landmark networks for the tests of the face."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from narrating_face.core.face.landmarks.face_landmarker import FaceLandmarker
from narrating_face.core.media import read_image
from narrating_face.model_loaders.face_landmarks import load_face_landmarker
from torch import Tensor

ROOT = Path(__file__).parents[3]
FOLDERS = (ROOT / "tests" / "data" / "portraits", ROOT / "model_loaders" / "starter" / "samples")


def read_portrait(name: str) -> Tensor:
    """A committed picture [1, 3, H, W] by its file name without the suffix."""
    return read_image(next(folder / f"{name}.png" for folder in FOLDERS if (folder / f"{name}.png").exists()))


@pytest.fixture(scope="session")
def picture() -> Callable[[str], Tensor]:
    return read_portrait


@pytest.fixture(scope="session")
def landmarker() -> FaceLandmarker:
    return load_face_landmarker(ROOT / "model_loaders" / "starter" / "weights" / "face_landmarks.safetensors")
