"""Voice-profile encoder, starter family: log-mel [B, 100, T] of a sample -> conditioning latents [B, 16, 512] and
speaker embedding [B, 256].

A convolutional trunk, then learned queries that pool the frames into 16 latents, like the perceiver of XTTS-v2; mean
and deviation over time give the speaker embedding, of unit length.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..audio.mel import N_MELS
from ..nn.convnext import ConvNeXtBlock

MEL_MEAN, MEL_SCALE = -6.0, 3.0


@dataclass(frozen=True)
class VoiceConfig:
    channels: int = 160
    hidden: int = 320
    blocks: int = 4
    latents: int = 16
    width: int = 512
    speaker: int = 256


class VoiceEncoder(nn.Module):
    """See the module docstring."""

    def __init__(self, config: VoiceConfig = VoiceConfig()) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(N_MELS, config.channels, 5, stride=2, padding=2)
        self.blocks = nn.Sequential(*(ConvNeXtBlock(config.channels, config.hidden) for _ in range(config.blocks)))
        self.norm = nn.LayerNorm(config.channels)
        self.queries = nn.Parameter(torch.randn(config.latents, config.channels) * config.channels**-0.5)
        self.latents = nn.Linear(config.channels, config.width)
        self.speaker = nn.Linear(2 * config.channels, config.speaker)

    def forward(self, mel: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Log-mel [B, 100, T] -> latents [B, 16, 512], embedding [B, 256]; ``mask`` [B, T] is True at real frames."""
        x = self.enter((mel - MEL_MEAN) / MEL_SCALE)  # [B, C, T / 2]
        x = self.norm(self.blocks(x).transpose(1, 2))  # [B, T / 2, C]
        real = torch.ones_like(x[..., 0]) if mask is None else mask[:, ::2].float()
        score = torch.einsum("nc,btc->bnt", self.queries, x).masked_fill(real[:, None] == 0, -1e4)
        latents = self.latents(score.softmax(-1) @ x)  # [B, 16, 512]
        weight = (real / real.sum(1, keepdim=True))[..., None]
        mean = (weight * x).sum(1)
        deviation = (weight * (x - mean[:, None]).square()).sum(1).add(1e-5).sqrt()
        return latents, F.normalize(self.speaker(torch.cat([mean, deviation], -1)), dim=-1)
