"""ResNet-34 speaker encoder with squeeze-excitation: sound [B, S] at 16 kHz -> unit vectors [B, 512].

The stem and the first convolution of a block are ordered convolution, ReLU, BatchNorm.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import SpeakerConfig
from .mel import speaker_mel


class SqueezeExcitation(nn.Module):
    """Scale channels [B, C, H, W] by gates computed from their means."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // reduction)
        self.excite = nn.Linear(channels // reduction, channels)

    def forward(self, x: Tensor) -> Tensor:
        gate = self.excite(F.relu(self.squeeze(x.mean((2, 3))))).sigmoid()  # [B, C]
        return x * gate[:, :, None, None]


class SpeakerBlock(nn.Module):
    """Residual block [B, C, H, W] -> [B, C', H / stride, W / stride]."""

    def __init__(self, inputs: int, outputs: int, stride: int, reduction: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.excitation = SqueezeExcitation(outputs, reduction)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        inner = self.first_norm(F.relu(self.first(x), inplace=True))
        inner = self.excitation(self.second_norm(self.second(inner)))
        return F.relu(inner + self.shortcut(x), inplace=True)


class AttentiveStatistics(nn.Module):
    """Frames [B, C, T] -> their weighted mean and deviation [B, 2 C]."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.enter = nn.Conv1d(channels, inner, 1)
        self.norm = nn.BatchNorm1d(inner)
        self.leave = nn.Conv1d(inner, channels, 1)

    def weights(self, frames: Tensor) -> Tensor:
        return self.leave(self.norm(F.relu(self.enter(frames)))).softmax(-1)

    def forward(self, frames: Tensor) -> Tensor:
        weights = self.weights(frames)
        mean = (frames * weights).sum(-1)
        variance = (frames.square() * weights).sum(-1) - mean.square()
        return torch.cat([mean, variance.clamp_min(1e-5).sqrt()], 1)


class SpeakerEncoder(nn.Module):
    """See the module docstring."""

    def __init__(self, config: SpeakerConfig = SpeakerConfig()) -> None:
        super().__init__()
        self.bands = config.bands
        self.stem = nn.Conv2d(1, config.widths[0], 3, 1, 1)
        self.stem_norm = nn.BatchNorm2d(config.widths[0])
        inputs = (config.widths[0], *config.widths[:-1])
        plan = zip(inputs, config.widths, config.blocks, (1, 2, 2, 2), strict=True)
        self.layers = nn.ModuleList(_layer(*sizes, config.reduction) for sizes in plan)
        pooled = config.widths[-1] * config.bands // 8
        self.statistics = AttentiveStatistics(pooled, config.attention)
        self.embed = nn.Linear(2 * pooled, config.embedding)

    def frames(self, waveform: Tensor) -> Tensor:
        """[B, S] -> [B, C * bands / 8, frames / 8]."""
        x = speaker_mel(waveform, self.bands)[:, None]  # [B, 1, bands, F]
        x = self.stem_norm(F.relu(self.stem(x), inplace=True))
        for layer in self.layers:
            x = layer(x)
        return x.flatten(1, 2)

    def forward(self, waveform: Tensor) -> Tensor:
        return F.normalize(self.embed(self.statistics(self.frames(waveform))), dim=-1)


def _layer(inputs: int, outputs: int, blocks: int, stride: int, reduction: int) -> nn.Sequential:
    first = SpeakerBlock(inputs, outputs, stride, reduction)
    return nn.Sequential(first, *(SpeakerBlock(outputs, outputs, 1, reduction) for _ in range(blocks - 1)))
