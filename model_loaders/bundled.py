"""Weights that are part of the pack: half floats on disk, float32 in memory."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from .checkpoints import read_checkpoint
from .file_errors import BUNDLED_FILE
from .gpt2 import fill_masks
from .state_dicts import check_tensors, fill, shapes_of


def fill_bundled(net: nn.Module, path: str | Path) -> None:
    """Let a network on the meta device take the file's tensors. Raises InputError."""
    checkpoint = read_checkpoint(path, BUNDLED_FILE)
    tensors = checkpoint.tensors()
    check_tensors(tensors, shapes_of(net), checkpoint)
    fill(net, {name: tensor.float() for name, tensor in tensors.items()})
    fill_masks(net)
