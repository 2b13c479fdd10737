"""Bundled files that are missing or damaged: one sentence that names the file and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.families.starter.nets import StarterNets
from narrating_face.model_loaders import starter
from narrating_face.model_loaders.bundled import fill_bundled
from narrating_face.model_loaders.face_landmarks import load_face_landmarker
from narrating_face.model_loaders.starter.english import load_english
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

Tensors = dict[str, Tensor]


def load_speaker_token(path: Path) -> None:
    """One network of the starter stands for all: they are filled alike."""
    with torch.device("meta"):
        net = StarterNets().speaker_token
    fill_bundled(net, path)


LOADERS: dict[str, Callable[[Path], object]] = {
    "english.safetensors": load_english,
    "face_landmarks.safetensors": load_face_landmarker,
    "speaker_token.safetensors": load_speaker_token,
}


def half_name(tensors: Tensors) -> str:
    return min(name for name, tensor in tensors.items() if tensor.dtype == torch.float16)


FAULTY_TENSORS: dict[str, Callable[[Tensors], Tensors]] = {
    "of another kind": lambda tensors: {"weight_of_another": torch.zeros(3)},
    "without a tensor": lambda tensors: {name: value for name, value in tensors.items() if name != half_name(tensors)},
    "with a tensor too many": lambda tensors: tensors | {"unet.weight": torch.zeros(2)},
    "of another shape": lambda tensors: tensors | {half_name(tensors): torch.zeros(2, 1, 3, 1, 5)},
    "with integers": lambda tensors: tensors | {half_name(tensors): tensors[half_name(tensors)].int()},
}


def refusal(name: str, path: Path) -> str:
    with pytest.raises(InputError) as refused:
        LOADERS[name](path)
    sentence = str(refused.value)
    assert f"bundled file {name!r}" in sentence and "install the pack again" in sentence and "\n" not in sentence
    return sentence


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("damage", ["missing", "empty", "cut short"])
def test_damaged_files_are_named(name: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut short":
        path.write_bytes((starter.WEIGHTS / name).read_bytes()[:-1000])
    assert ("does not exist" if damage == "missing" else "damaged") in refusal(name, path)


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("fault", FAULTY_TENSORS)
def test_files_with_other_tensors_are_named(name: str, fault: str, tmp_path: Path) -> None:
    with safe_open(starter.WEIGHTS / name, framework="pt") as file:
        tensors, metadata = {key: file.get_tensor(key) for key in file.keys()}, file.metadata()  # noqa: SIM118
    save_file(FAULTY_TENSORS[fault](tensors), tmp_path / name, metadata=metadata)
    words = {"of another shape": "of shape", "with integers": "as int32", "with a tensor too many": "'unet.weight'"}
    assert words.get(fault, "lacks") in refusal(name, tmp_path / name)


@pytest.mark.parametrize("name", LOADERS)
def test_the_files_of_the_pack_load(name: str) -> None:
    LOADERS[name](starter.WEIGHTS / name)
