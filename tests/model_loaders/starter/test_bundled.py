"""Bundled files that are missing, cut short or of another kind: one sentence that names the file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.model_loaders import starter
from narrating_face.model_loaders.face_landmarks import load_face_landmarker
from narrating_face.model_loaders.starter.english import load_english
from safetensors.torch import save_file

LOADERS = {"english.safetensors": load_english, "face_landmarks.safetensors": load_face_landmarker}


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("damage", ["missing", "empty", "cut short", "of another kind"])
def test_damaged_files_are_named(name: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut short":
        path.write_bytes((starter.WEIGHTS / name).read_bytes()[:-1000])
    elif damage == "of another kind":
        save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(InputError, match=name) as refusal:
        LOADERS[name](path)
    assert "\n" not in str(refusal.value)
