"""Finished weights: one fp16 safetensors file for each network, its configuration in the metadata."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from ...core.families.starter.nets import StarterNets
from ...core.runtime.files import save_tensors

log = logging.getLogger(__name__)


def save_half(path: Path, net: nn.Module, metadata: dict[str, str] | None = None) -> None:
    """Writes ``net`` as fp16; ``net.config`` (a dataclass) goes into the metadata as JSON under 'config'."""
    tensors = {name: value.to(torch.float16) for name, value in net.state_dict().items()}
    config = getattr(net, "config", None)
    described = {"config": json.dumps(asdict(config))} if config else {}  # type: ignore[call-overload]
    save_tensors(path, tensors, described | (metadata or {}))


def save_nets(folder: Path, nets: StarterNets, metadata: dict[str, str]) -> None:
    """One file for each network of ``nets``; each entanglement block has a file of its own."""
    for name, net in nets.weight_files():
        save_half(folder / f"{name}.safetensors", net, metadata)


def load_half(folder: Path, nets: StarterNets) -> None:
    """Warm start: every network of ``nets`` from ``folder``, in place."""
    for name, net in nets.weight_files():
        fill_half(net, folder / f"{name}.safetensors")


def fill_half(net: nn.Module, path: Path) -> None:
    """One network from its fp16 file, in place; parameters that the file lacks keep their values."""
    missing, unknown = net.load_state_dict({key: value.float() for key, value in load_file(path).items()}, strict=False)
    if unknown:
        raise ValueError(f"{path.name} holds {unknown[0]!r}, which the network lacks: start from matching weights.")
    if missing:
        log.info("%s lacks %s: they start fresh", path.name, ", ".join(missing))
