"""Loads the bundled weights: one fp16 safetensors file for each network, computed in float32."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from ...core.families.starter.face import StarterFace
from ...core.families.starter.nets import StarterNets
from ...core.families.starter.voice import StarterVoice
from ...core.model import Model
from ...core.text.english.front_end import EnglishFrontEnd
from ...core.voice.hifi_generator import HiFiGenerator
from ..bundled import reading
from ..face_landmarks import load_face_landmarker
from ..gpt2 import fill_masks
from .english import load_english

HERE = Path(__file__).parent
WEIGHTS, SAMPLES = HERE / "weights", HERE / "samples"


def load(device: str | torch.device = "cpu", folder: Path = WEIGHTS) -> Model:
    """Both halves of the starter on ``device``. Raises InputError when a file is missing or not what it should be."""
    with torch.device("meta"):
        nets, generator = StarterNets(), HiFiGenerator()
    for name, net in nets.weight_files():
        _fill(net, folder / f"{name}.safetensors")
    _fill(generator, folder / "hifi_generator.safetensors")
    nets, generator = nets.to(device), generator.to(device)
    landmarker = load_face_landmarker(folder / "face_landmarks.safetensors").to(device)
    front_end = EnglishFrontEnd(load_english(folder / "english.safetensors"))
    return Model(StarterVoice(nets, generator, front_end), StarterFace(nets, landmarker))


def _fill(net: nn.Module, path: Path) -> None:
    """Puts the file's tensors in place of those on the meta device."""
    with reading(path):
        tensors = {name: tensor.float() for name, tensor in load_file(str(path)).items()}
        net.load_state_dict(tensors, assign=True)
    fill_masks(net)
