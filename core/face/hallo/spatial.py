"""The spatial transformer of both UNets: [B, C, H, W] -> the same, within each frame.

The ReferenceNet *writes*: the output of its block's first norm goes into the bank. The denoising UNet *reads*: its
self-attention also attends to keys and values computed from those tokens.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from .attention import Attention, FeedForward, KeysValues

NORM_EPS = 1e-6


class SpatialBlock(nn.Module):
    """Self-attention, attention to the face tokens, feed-forward; each with a residual."""

    def __init__(self, width: int, context_width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn1 = Attention(width, heads=heads)
        self.norm2 = nn.LayerNorm(width)
        self.attn2 = Attention(width, context_width, heads)
        self.norm3 = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def forward(self, tokens: Tensor, context: Tensor | KeysValues, reference: KeysValues | None = None) -> Tensor:
        """Tokens [B, N, C] -> the same; context [1 or B, T, K]; ``reference`` has 1 or B rows."""
        return self.after_norm(tokens, self.norm1(tokens), context, reference)

    def after_norm(
        self, tokens: Tensor, normed: Tensor, context: Tensor | KeysValues, reference: KeysValues | None = None
    ) -> Tensor:
        """``forward`` from the output of the first norm on."""
        keys_values = self.attn1.keys_values(normed)
        if reference is not None:
            keys_values = keys_values.concatenated(reference.expand(tokens.shape[0]))
        tokens = tokens + self.attn1(normed, keys_values)
        tokens = tokens + self.attn2(self.norm2(tokens), context)
        return tokens + self.ff(self.norm3(tokens))


class SpatialTransformer(nn.Module):
    """The block between two 1 x 1 convolutions, with a residual around them."""

    def __init__(self, width: int, context_width: int, heads: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, NORM_EPS)
        self.proj_in = nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList([SpatialBlock(width, context_width, heads)])
        self.proj_out = nn.Conv2d(width, width, 1)

    @property
    def block(self) -> SpatialBlock:
        return cast(SpatialBlock, self.transformer_blocks[0])

    def forward(self, hidden: Tensor, context: Tensor | KeysValues, reference: KeysValues | None = None) -> Tensor:
        tokens = to_tokens(self.proj_in(self.norm(hidden)))
        return hidden + self.proj_out(to_map(self.block(tokens, context, reference), *hidden.shape[-2:]))

    def reference_tokens(self, hidden: Tensor) -> Tensor:
        """Only what the ReferenceNet writes: [B, H W, C]."""
        return self.block.norm1(to_tokens(self.proj_in(self.norm(hidden))))

    def write(self, hidden: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """(new map [B, C, H, W], written tokens [B, H W, C])."""
        tokens = to_tokens(self.proj_in(self.norm(hidden)))
        written = self.block.norm1(tokens)
        tokens = self.block.after_norm(tokens, written, context)
        return hidden + self.proj_out(to_map(tokens, *hidden.shape[-2:])), written


def to_tokens(hidden: Tensor) -> Tensor:
    return hidden.flatten(2).transpose(1, 2)  # [B, C, H, W] -> [B, H W, C]


def to_map(tokens: Tensor, height: int, width: int) -> Tensor:
    return tokens.transpose(1, 2).unflatten(2, (height, width))  # [B, H W, C] -> [B, C, H, W]
