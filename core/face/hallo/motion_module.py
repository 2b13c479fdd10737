"""Motion module: every pixel attends along time, [F, C, H, W] -> the same.

The motion frames' tokens, written by the ReferenceNet, are prepended to the clip's own frames and removed afterwards;
through them a clip continues the one before it. Source: AnimateDiff's temporal transformer.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .attention import Attention, FeedForward
from .spatial import NORM_EPS, to_map, to_tokens

MAX_FRAMES = 32  # number of positions, motion frames included
PIXELS_AT_ONCE = 1024  # bounds the memory of the feed-forward layer


class TemporalPositions(nn.Module):
    """Sinusoidal code of a frame's position, [1, 32, C]; part of the published weights."""

    pe: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        position = torch.arange(MAX_FRAMES)[:, None]
        rates = torch.exp(-math.log(10_000) * torch.arange(0, width, 2) / width)
        waves = torch.stack([(position * rates).sin(), (position * rates).cos()], dim=-1)  # [32, C / 2, 2]
        self.register_buffer("pe", waves.flatten(1)[None])

    def forward(self, tokens: Tensor) -> Tensor:
        return tokens + self.pe[:, : tokens.shape[1]]


class TemporalAttention(Attention):
    """Self-attention over frames with positions: [N, F, C]."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__(width, heads=heads)
        self.pos_encoder = TemporalPositions(width)

    def forward(self, hidden: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(self.pos_encoder(hidden))


class TemporalBlock(nn.Module):
    """Two self-attentions along time and a feed-forward layer."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention_blocks = nn.ModuleList(TemporalAttention(width, heads) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.ff_norm = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def forward(self, tokens: Tensor) -> Tensor:
        for norm, attention in zip(self.norms, self.attention_blocks, strict=True):
            tokens = tokens + attention(norm(tokens))
        return tokens + self.ff(self.ff_norm(tokens))


class TemporalTransformer(nn.Module):
    """Norm within each frame, then the block along time for each pixel."""

    def __init__(self, width: int, heads: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, NORM_EPS)
        self.proj_in = nn.Linear(width, width)
        self.transformer_blocks = nn.ModuleList([TemporalBlock(width, heads)])
        self.proj_out = nn.Linear(width, width)

    def forward(self, hidden: Tensor) -> Tensor:
        pixels = to_tokens(self.norm(hidden)).transpose(0, 1)  # [F, C, H, W] -> [H W, F, C]
        parts = [self.proj_out(self.transformer_blocks[0](self.proj_in(part))) for part in pixels.split(PIXELS_AT_ONCE)]
        return hidden + to_map(torch.cat(parts).transpose(0, 1), *hidden.shape[-2:])


class MotionModule(nn.Module):
    """See the module docstring; ``motion_frames`` [M, H W, C] are tokens, ``hidden`` [F, C, H, W]."""

    def __init__(self, width: int, heads: int, groups: int) -> None:
        super().__init__()
        self.temporal_transformer = TemporalTransformer(width, heads, groups)

    def forward(self, hidden: Tensor, motion_frames: Tensor | None = None) -> Tensor:
        if motion_frames is None:
            return self.temporal_transformer(hidden)
        prefix = to_map(motion_frames.to(hidden), *hidden.shape[-2:])  # [M, C, H, W]
        return self.temporal_transformer(torch.cat([prefix, hidden]))[len(prefix) :]
