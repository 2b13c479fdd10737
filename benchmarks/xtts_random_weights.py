"""Random weights of an XTTS-v2 model, written to a checkpoint one tensor at a time."""

from __future__ import annotations

import json
import struct
from math import prod
from pathlib import Path

import torch
from torch import Tensor

from ..core.voice.xtts.config import XTTSConfig
from ..model_loaders.xtts.check import xtts_shapes
from ..model_loaders.xtts.names import checkpoint_name

MAX_WEIGHT, NEVER = 0.02, -1e4
STOP_BIAS = "gpt.code_head.bias"  # by the network's own names
ONES = ("norm.weight", "ln_1.weight", "ln_2.weight", "ln_f.weight", "gamma", "original0", "running_var", "mel_stats")


def write_random_checkpoint(path: Path, config: XTTSConfig) -> None:
    """A .safetensors file with every published key; the stop code is never sampled, so lengths can be chosen."""
    shapes = xtts_shapes(config)
    header, end = {}, 0
    for key, shape in shapes.items():
        kind, size = ("I64", 8) if key.endswith("num_batches_tracked") else ("F32", 4)
        start, end = end, end + prod(shape) * size
        header[key] = {"dtype": kind, "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    generator = torch.Generator().manual_seed(0)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for key, shape in shapes.items():
            file.write(_values(key, shape, generator).numpy().tobytes())


def _values(key: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    if key.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.long)
    if key.endswith(ONES) or (".bn" in key and key.endswith("weight")):
        return torch.ones(shape)
    if len(shape) < 2:
        values = torch.zeros(shape)
        if key == checkpoint_name(STOP_BIAS):
            values[-1] = NEVER
        return values
    return torch.empty(shape).uniform_(-MAX_WEIGHT, MAX_WEIGHT, generator=generator)
