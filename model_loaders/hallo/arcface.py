"""An ArcFace checkpoint (PyTorch state dict of an improved ResNet with 50, 100 or any number of layers) -> ArcFace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...core.face.hallo.arcface import ArcFace
from ..checkpoints import (
    Origin,
    check_tensors,
    fill,
    only_tensors,
    read_checkpoint,
    shapes_of,
)

ORIGIN = Origin("ArcFace checkpoint", "any PyTorch iresnet50 or iresnet100 with 512 outputs, or leave it out")
COUNTERS = ".num_batches_tracked"


def load_arcface(path: str | Path) -> ArcFace:
    """Raises InputError when the file is no such network."""
    tensors = only_tensors(read_checkpoint(path, ORIGIN), path, ORIGIN)
    tensors = {name.removeprefix("module."): value for name, value in tensors.items() if not name.endswith(COUNTERS)}
    blocks = _blocks(tensors)
    if 0 in blocks:
        raise ORIGIN.refuse(path, "is another kind of checkpoint, it lacks layer1 to layer4")
    with torch.device("meta"):
        net = ArcFace(blocks)
    expected = {name: shape for name, shape in shapes_of(net).items() if not name.endswith(COUNTERS)}
    check_tensors(tensors, expected, path, ORIGIN)
    counters = {name: torch.zeros((), dtype=torch.long) for name in net.state_dict() if name.endswith(COUNTERS)}
    fill(net, tensors | counters)
    return net.float()


def _blocks(tensors: Mapping[str, Tensor]) -> tuple[int, int, int, int]:
    found = [re.match(r"layer([1-4])\.(\d+)\.", name) for name in tensors]
    first, second, third, fourth = (
        1 + max((int(match[2]) for match in found if match and match[1] == str(layer)), default=-1)
        for layer in range(1, 5)
    )
    return first, second, third, fourth
