"""Finished weights: one fp16 safetensors file per network, its configuration in the metadata."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from ..files import save_tensors


def save_half(path: Path, net: nn.Module, metadata: dict[str, str] | None = None) -> None:
    """Write ``net`` as fp16; ``net.config`` (a dataclass) goes into the metadata as JSON under 'config'."""
    tensors = {name: value.to(torch.float16) for name, value in net.state_dict().items()}
    config = getattr(net, "config", None)
    described = {"config": json.dumps(asdict(config))} if config else {}  # type: ignore[call-overload]
    save_tensors(path, tensors, described | (metadata or {}))
