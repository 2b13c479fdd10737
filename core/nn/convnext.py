"""ConvNeXt block for sequences, the building block of the small networks: [B, C, T] -> [B, C, T]."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution over time, then a position-wise inverted bottleneck, added to the input.

    Liu et al., "A ConvNet for the 2020s" (2022), in one dimension as in Vocos (Siuzdak, 2023).
    """

    def __init__(self, channels: int, hidden: int, kernel: int = 7, dilation: int = 1, scale: float = 0.2) -> None:
        super().__init__()
        padding = dilation * (kernel // 2)
        self.depthwise = nn.Conv1d(channels, channels, kernel, padding=padding, dilation=dilation, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.expand = nn.Linear(channels, hidden)
        self.project = nn.Linear(hidden, channels)
        self.scale = nn.Parameter(torch.full((channels,), scale))

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.norm(self.depthwise(x).transpose(1, 2))  # [B, T, C]
        hidden = self.project(nn.functional.gelu(self.expand(hidden)))
        return x + (self.scale * hidden).transpose(1, 2)  # [B, C, T]
