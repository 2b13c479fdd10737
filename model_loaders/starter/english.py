"""English pronunciation from one safetensors file: ``lexicon`` (uint8, packed) and ``g2p.*`` (fp16)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import torch

from ...core.text.english.g2p_net import G2PConfig, G2PNet
from ...core.text.english.lexicon import Lexicon
from ...core.text.english.packing import unpack
from ...core.text.english.phonemizer import Phonemizer
from ..checkpoints import Checkpoint, read_checkpoint
from ..file_errors import BUNDLED_FILE
from ..state_dicts import check_tensors, fill, shapes_of

LEXICON, NETWORK = "lexicon", "g2p."


@lru_cache(maxsize=2)
def load_english(path: str | Path) -> Phonemizer:
    """The phonemiser in the file at ``path``; read once. Raises InputError when the file is not one."""
    checkpoint = read_checkpoint(path, BUNDLED_FILE)
    with checkpoint.parsing():
        lexicon = Lexicon(unpack(checkpoint.tensors()[LEXICON]))
    return Phonemizer(lexicon, _network(checkpoint).pronounce)


def _network(checkpoint: Checkpoint) -> G2PNet:
    with checkpoint.parsing(), torch.device("meta"):
        network = G2PNet(G2PConfig(**json.loads(checkpoint.metadata["g2p"])))
    tensors = {name: tensor for name, tensor in checkpoint.tensors().items() if name != LEXICON}
    check_tensors(tensors, shapes_of(network, NETWORK), checkpoint)
    fill(network, {name: tensor.float() for name, tensor in tensors.items()}, NETWORK)
    return network
