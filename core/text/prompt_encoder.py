"""Prompt encoder, starter family: phoneme ids [B, L] -> text tokens [B, L, 512]."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from ..nn.convnext import ConvNeXtBlock
from .english.symbols import SYMBOLS


@dataclass(frozen=True)
class PromptConfig:
    symbols: int = len(SYMBOLS)
    channels: int = 192
    hidden: int = 448
    dilations: tuple[int, ...] = (1, 1, 2, 4)
    width: int = 512


class PromptEncoder(nn.Module):
    """Dilated ConvNeXt blocks cover 24 symbols on either side: a word, its neighbours and the clause's punctuation."""

    def __init__(self, config: PromptConfig = PromptConfig()) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.symbols, config.channels)
        self.blocks = nn.ModuleList(
            ConvNeXtBlock(config.channels, config.hidden, dilation=dilation) for dilation in config.dilations
        )
        self.norm = nn.LayerNorm(config.channels)
        self.project = nn.Linear(config.channels, config.width)

    def forward(self, token_ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Token ids [B, L] -> [B, L, 512]. ``mask`` [B, L] is True at real symbols; padding stays zero, so that no
        convolution reads it."""
        real = 1.0 if mask is None else mask[:, None].float()  # [B, 1, L]
        x = self.embedding(token_ids).transpose(1, 2) * real  # [B, C, L]
        for block in self.blocks:
            x = block(x) * real
        return self.project(self.norm(x.transpose(1, 2)))  # [B, L, 512]
