"""Conditioning encoder and perceiver: mel [B, 80, T] -> conditioning latents [B, 32, C] (C = 1024).

It differs from a standard transformer in two ways: the 3C channels of a block are ordered by head, with query, key and
value within each head, and the residual is added to the normalised tensor.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import REFERENCE_RATE, ConditioningConfig, ReferencePreset
from .mel import conditioning_mel

MIN_CHUNK = 0.33  # seconds
HEAD_WIDTH = 64  # of the perceiver


class ConditioningBlock(nn.Module):
    """Self-attention over frames without positions or mask: [B, C, T] -> [B, C, T]."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(group_count(width), width)
        self.project_in = nn.Conv1d(width, 3 * width, 1)
        self.project_out = nn.Conv1d(width, width, 1)

    def forward(self, frames: Tensor) -> Tensor:
        normed = self.norm(frames)
        by_head = self.project_in(normed).unflatten(1, (self.heads, -1))  # [B, H, 3 C/H, T]
        query, key, value = by_head.transpose(2, 3).chunk(3, dim=-1)  # [B, H, T, C/H] each
        mixed = F.scaled_dot_product_attention(query, key, value)
        return normed + self.project_out(mixed.transpose(2, 3).flatten(1, 2))  # [B, C, T]


def group_count(width: int) -> int:
    """Groups of a GroupNorm: 32, fewer for small widths, always a divisor."""
    groups = 8 if width <= 16 else 16 if width <= 64 else 32
    while width % groups:
        groups //= 2
    return groups


class PerceiverLayer(nn.Module):
    """Latents [B, N, C] attend to [latents ; frames], then a gated feed-forward; without normalisation."""

    def __init__(self, width: int, inner: int, hidden: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, inner, bias=False)
        self.key_value = nn.Linear(width, 2 * inner, bias=False)
        self.output = nn.Linear(inner, width, bias=False)
        self.feed_in = nn.Linear(width, 2 * hidden)
        self.feed_out = nn.Linear(hidden, width)

    def forward(self, latents: Tensor, frames: Tensor) -> Tensor:
        key, value = self.key_value(torch.cat([latents, frames], 1)).chunk(2, dim=-1)
        heads = (x.unflatten(-1, (-1, HEAD_WIDTH)).transpose(1, 2) for x in (self.query(latents), key, value))
        mixed = F.scaled_dot_product_attention(*heads)  # [B, H, N, 64]
        latents = latents + self.output(mixed.transpose(1, 2).flatten(2))  # [B, N, C]
        content, gate = self.feed_in(latents).chunk(2, dim=-1)
        return latents + self.feed_out(content * F.gelu(gate))


class Perceiver(nn.Module):
    """Frames [B, T, C] -> a fixed number of latents [B, N, C]."""

    def __init__(self, config: ConditioningConfig) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.empty(config.latents, config.width).normal_(std=0.02))
        sizes = (config.width, config.perceiver_inner, config.perceiver_hidden)
        self.layers = nn.ModuleList(PerceiverLayer(*sizes) for _ in range(config.perceiver_layers))
        self.gain = nn.Parameter(torch.ones(config.width))

    def forward(self, frames: Tensor) -> Tensor:
        latents = self.latents.expand(len(frames), -1, -1)
        for layer in self.layers:
            latents = layer(latents, frames)
        return F.normalize(latents, dim=-1) * latents.shape[-1] ** 0.5 * self.gain


class ConditioningEncoder(nn.Module):
    """See the module docstring; ``encode`` averages the latents of a recording over its chunks."""

    mel_stats: Tensor

    def __init__(self, config: ConditioningConfig = ConditioningConfig()) -> None:
        super().__init__()
        self.enter = nn.Conv1d(config.bands, config.width, 1)
        self.blocks = nn.ModuleList(ConditioningBlock(config.width, config.heads) for _ in range(config.blocks))
        self.perceiver = Perceiver(config)
        self.register_buffer("mel_stats", torch.ones(config.bands))

    def frames(self, mel: Tensor) -> Tensor:
        """Mel [B, 80, T] -> [B, C, T]."""
        frames = self.enter(mel)
        for block in self.blocks:
            frames = block(frames)
        return frames

    def forward(self, mel: Tensor) -> Tensor:
        return self.perceiver(self.frames(mel).transpose(1, 2))

    def encode(self, waveform: Tensor, preset: ReferencePreset, between: Callable[[], None] = lambda: None) -> Tensor:
        """Waveform [1, S] at 22.05 kHz, at least 0.33 s long -> latents [1, 32, C].

        ``between`` is called after the encoder and before the perceiver.
        """
        encoded = [self.frames(conditioning_mel(chunk, self.mel_stats)) for chunk in reference_chunks(waveform, preset)]
        between()
        latents = [self.perceiver(frames.transpose(1, 2)) for frames in encoded]  # [1, 32, C] each
        return torch.stack(latents).mean(0)


def reference_chunks(waveform: Tensor, preset: ReferencePreset) -> list[Tensor]:
    """[1, S] -> chunks [1, S'] of the preset's length; a last chunk below 0.33 s is dropped."""
    used = waveform[:, : int(preset.conditioning_seconds * REFERENCE_RATE)]
    chunks = used.split(int(preset.chunk_seconds * REFERENCE_RATE), dim=1)
    return [chunk for chunk in chunks if chunk.shape[1] >= MIN_CHUNK * REFERENCE_RATE]
