"""Residency: moves a network to the device that it computes on, and off it when memory is short."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import nn


class Residency(Protocol):
    """Loads networks onto the compute device and offloads them."""

    def load(self, net: nn.Module) -> None: ...

    def offload(self, net: nn.Module) -> None: ...


class DeviceResidency:
    """Moves weights between ``device`` and main memory; for use without a host program."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        self._device = torch.device(device)

    def load(self, net: nn.Module) -> None:
        net.to(self._device)

    def offload(self, net: nn.Module) -> None:
        net.to("cpu")
