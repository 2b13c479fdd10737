"""An ArcFace checkpoint (state dict of an improved ResNet with any number of layers) -> ArcFace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...core.face.hallo.arcface import ArcFace
from ..checkpoints import read_checkpoint
from ..file_errors import ARCFACE_CHECKPOINT
from ..state_dicts import (
    COUNTER,
    check_tensors,
    fill,
    shapes_of,
)


def load_arcface(path: str | Path) -> ArcFace:
    """Raises InputError when the file holds no such network."""
    checkpoint = read_checkpoint(path, ARCFACE_CHECKPOINT).nested("state_dict")
    named = {name.removeprefix("module."): tensor for name, tensor in checkpoint.tensors().items()}
    tensors = {name: tensor for name, tensor in named.items() if not name.endswith(COUNTER)}
    blocks = _blocks(tensors)
    if 0 in blocks:
        raise checkpoint.error("is another kind of checkpoint, it lacks layer1 to layer4")
    with torch.device("meta"):
        net = ArcFace(blocks)
    check_tensors(tensors, {name: s for name, s in shapes_of(net).items() if not name.endswith(COUNTER)}, checkpoint)
    counters = {name: torch.zeros((), dtype=torch.long) for name in net.state_dict() if name.endswith(COUNTER)}
    fill(net, tensors | counters)
    return net.float()


def _blocks(tensors: Mapping[str, Tensor]) -> tuple[int, int, int, int]:
    """How many blocks each of the four layers has."""
    found = {match.groups() for name in tensors if (match := re.match(r"layer([1-4])\.(\d+)\.", name))}
    first, second, third, fourth = (sum(layer == str(number) for layer, _ in found) for number in range(1, 5))
    return first, second, third, fourth
