"""Convolutional parts of the UNets and of the VAE: residual blocks, down- and upsampling, the timestep's embedding.

Feature maps [B, C, H, W]; in the denoising UNet the frames of a clip are the batch.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ResnetBlock(nn.Module):
    """Two normalised convolutions with the timestep's embedding [1 or B, E] added between; E is 0 in the VAE."""

    def __init__(self, channels: int, out_channels: int, embedding: int, groups: int, eps: float) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, channels, eps)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        if embedding:
            self.time_emb_proj = nn.Linear(embedding, out_channels)
        self.norm2 = nn.GroupNorm(groups, out_channels, eps)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        if channels != out_channels:
            self.conv_shortcut = nn.Conv2d(channels, out_channels, 1)

    def forward(self, hidden: Tensor, embedding: Tensor | None = None) -> Tensor:
        inner = self.conv1(F.silu(self.norm1(hidden)))
        if embedding is not None:
            inner = inner + self.time_emb_proj(F.silu(embedding))[:, :, None, None]
        inner = self.conv2(F.silu(self.norm2(inner)))
        return inner + (self.conv_shortcut(hidden) if hasattr(self, "conv_shortcut") else hidden)


class Downsample(nn.Module):
    """Half the height and width; the VAE pads only at the right and bottom."""

    def __init__(self, channels: int, one_sided: bool = False) -> None:
        super().__init__()
        self.one_sided = one_sided
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=0 if one_sided else 1)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.conv(F.pad(hidden, (0, 1, 0, 1)) if self.one_sided else hidden)


class Upsample(nn.Module):
    """Twice the height and width."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.conv(F.interpolate(hidden, scale_factor=2.0, mode="nearest"))


class TimestepEmbedding(nn.Module):
    """A timestep -> [1, 4 C]: its cosines and sines, then two linear layers."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.linear_1 = nn.Linear(channels, 4 * channels)
        self.linear_2 = nn.Linear(4 * channels, 4 * channels)

    def forward(self, timestep: int) -> Tensor:
        waves = timestep_waves(timestep, self.channels).to(self.linear_1.weight)
        return self.linear_2(F.silu(self.linear_1(waves[None])))


def timestep_waves(timestep: int, channels: int) -> Tensor:
    """Cosines, then sines, at ``channels / 2`` frequencies from 1 down to nearly 1 / 10,000: [C]."""
    half = channels // 2
    rates = torch.exp(-math.log(10_000) * torch.arange(half, dtype=torch.float32) / half)
    return torch.cat([(timestep * rates).cos(), (timestep * rates).sin()])
