"""Loads the bundled weights: one fp16 safetensors file for each network, computed in float32."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from ...core.families.starter.model import StarterModel
from ...core.families.starter.nets import StarterNets
from ...core.text.english.front_end import EnglishFrontEnd
from ...core.voice.hifi_generator import HiFiGenerator
from ..bundled import reading
from ..face_landmarks import load_face_landmarker
from ..gpt2 import fill_masks
from .english import load_english

HERE = Path(__file__).parent
WEIGHTS, SAMPLES = HERE / "weights", HERE / "samples"


def load(device: str | torch.device = "cpu", folder: Path = WEIGHTS) -> StarterModel:
    """The starter family on ``device``. Raises InputError when a file is missing or is not what it should be."""
    with torch.device("meta"):
        nets, generator = StarterNets(), HiFiGenerator()
    for name, net in nets.weight_files():
        _fill(net, folder / f"{name}.safetensors")
    _fill(generator, folder / "hifi_generator.safetensors")
    return StarterModel(
        nets.to(device),
        generator.to(device),
        load_face_landmarker(folder / "face_landmarks.safetensors").to(device),
        EnglishFrontEnd(load_english(folder / "english.safetensors")),
    )


def _fill(net: nn.Module, path: Path) -> None:
    """Put the file's tensors in place of meta ones; nothing is initialised first."""
    with reading(path):
        tensors = {name: tensor.float() for name, tensor in load_file(str(path)).items()}
        net.load_state_dict(tensors, assign=True)
    fill_masks(net)
