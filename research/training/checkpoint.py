"""Training state on disk: networks, optimisers and the step, written atomically and read with weights_only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from ...core.runtime.files import replacing


def save_state(
    path: Path, step: int, nets: Mapping[str, nn.Module], optimizers: Mapping[str, torch.optim.Optimizer]
) -> None:
    state = {
        "step": step,
        "nets": {name: net.state_dict() for name, net in nets.items()},
        "optimisers": {name: optimizer.state_dict() for name, optimizer in optimizers.items()},
    }
    with replacing(path) as temporary:
        torch.save(state, temporary)


def load_state(path: Path, nets: Mapping[str, nn.Module], optimizers: Mapping[str, torch.optim.Optimizer]) -> int:
    """Restores everything in place and returns the step; 0 without a file."""
    if not path.exists():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name, net in nets.items():
        net.load_state_dict(state["nets"][name])
    for name, optimizer in optimizers.items():
        if name in state["optimisers"]:
            optimizer.load_state_dict(state["optimisers"][name])
    return state["step"]
