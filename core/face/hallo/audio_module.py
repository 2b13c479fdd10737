"""Audio module: each frame [C, H, W] attends to the 32 audio tokens of its time, once for each region.

The three regions are the background (pose), the face and the lips; each has its own attention, soft mask, 1 x 1
convolution and strength (Hallo, hierarchical audio-driven visual synthesis). Without speech (all-zero tokens, as in the
unconditional branch) keys and values are zero and an attention returns its output bias, so attention is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from .attention import Attention, FeedForward, KeysValues
from .spatial import NORM_EPS, to_map, to_tokens


@dataclass(frozen=True)
class RegionMasks:
    """Soft masks [1 or B, H W] of the background, the face without the lips, and the lips."""

    full: Tensor
    face: Tensor
    lip: Tensor

    def to(self, like: Tensor) -> RegionMasks:
        """Converted to the device and dtype of ``like``."""
        return RegionMasks(*(mask.to(like) for mask in self))

    def __iter__(self) -> Iterator[Tensor]:
        return iter((self.full, self.face, self.lip))


@dataclass(frozen=True)
class AudioKeys:
    """Keys and values of the audio tokens of F frames for each region, in the order of ``RegionMasks``."""

    regions: tuple[KeysValues, ...]

    def rows(self, first: int, end: int) -> AudioKeys:
        return AudioKeys(tuple(region.rows(first, end) for region in self.regions))


RegionStrengths = tuple[float, float, float]  # pose, face, lips
DEFAULT_STRENGTHS: RegionStrengths = (1.0, 1.0, 1.0)


class AudioBlock(nn.Module):
    """Self-attention, the three masked attentions to audio tokens, feed-forward."""

    def __init__(self, width: int, audio_width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn1 = Attention(width, heads=heads)
        self.norm2 = nn.LayerNorm(width)
        self.attn2_0 = Attention(width, audio_width, heads)
        self.attn2_1 = Attention(width, audio_width, heads)
        self.attn2_2 = Attention(width, audio_width, heads)
        self.zero_conv_full = nn.Conv2d(width, width, 1)
        self.zero_conv_face = nn.Conv2d(width, width, 1)
        self.zero_conv_lip = nn.Conv2d(width, width, 1)
        self.norm3 = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def keys_values(self, audio: Tensor) -> AudioKeys:
        """Audio tokens [F, 32, A] -> keys and values for each region."""
        return AudioKeys(tuple(attention.keys_values(audio) for attention, _ in self._regions()))

    def forward(
        self, tokens: Tensor, audio: AudioKeys | None, masks: RegionMasks, strengths: RegionStrengths
    ) -> Tensor:
        """Tokens [B, N, C] -> the same; ``audio`` None stands for all-zero audio tokens."""
        tokens = tokens + self.attn1(self.norm1(tokens))
        normed = self.norm2(tokens)
        residual = torch.zeros_like(tokens)
        for index, ((attention, convolution), mask) in enumerate(zip(self._regions(), masks, strict=True)):
            attended = attention.bias if audio is None else attention(normed, audio.regions[index])
            mapped = nn.functional.linear(attended * mask[..., None], convolution.weight[:, :, 0, 0], convolution.bias)
            residual = residual + strengths[index] * mapped
        tokens = tokens + residual
        return tokens + self.ff(self.norm3(tokens))

    def _regions(self) -> tuple[tuple[Attention, nn.Conv2d], ...]:
        return (
            (self.attn2_0, self.zero_conv_full),
            (self.attn2_1, self.zero_conv_face),
            (self.attn2_2, self.zero_conv_lip),
        )


class AudioModule(nn.Module):
    """The block between two 1 x 1 convolutions; ``width`` inside may be smaller than the map's ``channels``."""

    def __init__(self, channels: int, width: int, audio_width: int, heads: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels, NORM_EPS)
        self.proj_in = nn.Conv2d(channels, width, 1)
        self.transformer_blocks = nn.ModuleList([AudioBlock(width, audio_width, heads)])
        self.proj_out = nn.Conv2d(width, channels, 1)

    @property
    def block(self) -> AudioBlock:
        return cast(AudioBlock, self.transformer_blocks[0])

    def forward(
        self,
        hidden: Tensor,
        audio: AudioKeys | None,
        masks: RegionMasks,
        strengths: RegionStrengths = DEFAULT_STRENGTHS,
    ) -> Tensor:
        tokens = self.block(to_tokens(self.proj_in(self.norm(hidden))), audio, masks, strengths)
        return hidden + self.proj_out(to_map(tokens, *hidden.shape[-2:]))
