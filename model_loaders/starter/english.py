"""English pronunciation from one safetensors file: ``lexicon`` (uint8, packed) and ``g2p.*`` (fp16)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from ...core.text.english.g2p_net import G2PConfig, G2PNet
from ...core.text.english.lexicon import Lexicon
from ...core.text.english.packing import unpack
from ...core.text.english.phonemes import Phonemizer
from ..bundled import reading

NETWORK = "g2p."


@lru_cache(maxsize=2)
def load_english(path: str | Path) -> Phonemizer:
    """The phonemiser in the file at ``path``; read once. Raises InputError when the file is not one."""
    with reading(path), safe_open(str(path), framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        lexicon = Lexicon(unpack(tensors.pop("lexicon")))
        network = _network(tensors, G2PConfig(**json.loads((file.metadata() or {})["g2p"])))
    return Phonemizer(lexicon, network.pronounce)


def _network(tensors: dict[str, Tensor], config: G2PConfig) -> G2PNet:
    with torch.device("meta"):
        network = G2PNet(config)
    network.load_state_dict({name.removeprefix(NETWORK): value.float() for name, value in tensors.items()}, assign=True)
    return network.eval()
