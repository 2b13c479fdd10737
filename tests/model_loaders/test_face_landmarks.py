"""The bundled landmark weights: half floats, licensed, and complete."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.model_loaders.face_landmarks import load_face_landmarker
from narrating_face.research.training.convert_landmarks import SHA256, convert_task
from safetensors import safe_open

WEIGHTS = Path(__file__).parents[2] / "model_loaders" / "starter" / "weights"
FILE = WEIGHTS / "face_landmarks.safetensors"


def test_stored_as_half_floats_with_their_source():
    with safe_open(FILE, framework="pt") as file:
        assert file.metadata()["source_sha256"] == SHA256
        dtypes = {file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118
    assert dtypes == {torch.float16, torch.int16}
    assert FILE.stat().st_size < 4_000_000


def test_computed_in_float32_without_gradients():
    parameters = list(load_face_landmarker(FILE).parameters())
    assert {parameter.dtype for parameter in parameters} == {torch.float32}
    assert not any(parameter.requires_grad for parameter in parameters)
    assert sum(parameter.numel() for parameter in parameters) < 2_000_000


def test_licence_and_notice_stand_beside_the_weights():
    assert "Apache License" in (WEIGHTS / "LICENSE-face-landmarks.txt").read_text()
    assert SHA256 in (WEIGHTS / "NOTICE-face-landmarks.txt").read_text()


def test_another_task_file_is_refused():
    with pytest.raises(InputError, match="SHA-256"):
        convert_task(b"not the official file")
