"""Loads the bundled weights: one fp16 safetensors file for each network, computed in float32."""

from __future__ import annotations

from pathlib import Path

import torch

from ...core.families.starter.face import StarterFace
from ...core.families.starter.nets import StarterNets
from ...core.families.starter.voice import StarterVoice
from ...core.model import Model
from ...core.text.english.front_end import EnglishFrontEnd
from ...core.voice.hifi_generator import HiFiGenerator
from ..bundled import fill_bundled
from ..face_landmarks import load_face_landmarker
from .english import load_english

HERE = Path(__file__).parent
WEIGHTS, SAMPLES = HERE / "weights", HERE / "samples"


def load(device: str | torch.device = "cpu", folder: Path = WEIGHTS) -> Model:
    """Both halves of the starter on ``device``. Raises InputError when a file is missing or not what it should be."""
    with torch.device("meta"):
        nets, generator = StarterNets(), HiFiGenerator()
    for name, net in nets.weight_files():
        fill_bundled(net, folder / f"{name}.safetensors")
    fill_bundled(generator, folder / "hifi_generator.safetensors")
    nets, generator = nets.to(device), generator.to(device)
    landmarker = load_face_landmarker(folder / "face_landmarks.safetensors").to(device)
    front_end = EnglishFrontEnd(load_english(folder / "english.safetensors"))
    return Model(StarterVoice(nets, generator, front_end), StarterFace(nets, landmarker))
