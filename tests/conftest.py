"""What all tests share: one thread, and the bundled models and samples, each loaded once for the whole run.

Models are imported where they are loaded, so that a test of plain functions waits for none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import torch
from torch import Tensor

if TYPE_CHECKING:
    from narrating_face.core.bundles import Portrait, VoiceProfile
    from narrating_face.core.face.landmarks.face_landmarker import FaceLandmarker
    from narrating_face.core.model import Model

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def starter_model() -> Iterator[Model]:
    """The bundled weights; a test that changes them loads its own."""
    from narrating_face.model_loaders import starter

    model = starter.load()
    loaded = fingerprint(model)
    yield model
    assert fingerprint(model) == loaded, "a test changed the weights that all tests share"


def fingerprint(model: Model) -> list[float]:
    return [tensor.double().sum().item() for net in model.nets().values() for tensor in net.state_dict().values()]


@pytest.fixture(scope="session")
def reader_sample() -> tuple[Tensor, int]:
    """The bundled voice sample [1, C, S] and its rate."""
    from samples import read_reader

    return read_reader()


@pytest.fixture(scope="session")
def reader_profile(starter_model: Model, reader_sample: tuple[Tensor, int]) -> VoiceProfile:
    return starter_model.voice.encode_voice(*reader_sample)


@pytest.fixture(scope="session")
def picture() -> Callable[[str], Tensor]:
    """Reads a committed picture [1, 3, H, W] by its file name without the suffix."""
    from samples import read_portrait

    return read_portrait


@pytest.fixture(scope="session")
def man_portrait(starter_model: Model, picture: Callable[[str], Tensor]) -> Portrait:
    return starter_model.face.encode_portrait(picture("man"))


@pytest.fixture(scope="session")
def landmarker() -> FaceLandmarker:
    from narrating_face.model_loaders import starter
    from narrating_face.model_loaders.face_landmarks import load_face_landmarker

    return load_face_landmarker(starter.WEIGHTS / "face_landmarks.safetensors")
