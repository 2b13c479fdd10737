"""GPT-2's stack on embeddings [B, T, C]: pre-norm blocks of causal attention and a tanh-GELU feed-forward, then a norm.

The modules are named, and their weights stored [in, out], as in public GPT-2 checkpoints. It is the pack's own because
importing transformers' GPT-2 takes 0.15 GB of memory.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .cache import KeyValues, Memory
from .config import GPTConfig

DEVIATION = 0.02  # of fresh weights
WIDER = 4  # the feed-forward


class InputMajorLinear(nn.Module):
    """x [..., in] -> x W + b [..., out] with W [in, out]; the loader puts faster layers in its place."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs).normal_(std=DEVIATION))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias


class Attention(nn.Module):
    """Causal self-attention."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = InputMajorLinear(width, 3 * width)
        self.c_proj = InputMajorLinear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None, memory: KeyValues | None) -> Tensor:
        """``mask`` [B or 1, 1, T, P + T] as of ``causal_mask``."""
        by_head = self.c_attn(x).unflatten(-1, (3, self.heads, -1))  # [B, T, 3, H, C/H]
        query, key, value = by_head.permute(2, 0, 3, 1, 4)  # [B, H, T, C/H] each
        if memory is not None:
            key, value = memory.extend(key, value)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.c_proj(mixed.transpose(1, 2).flatten(2))  # [B, T, C]


class FeedForward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_fc = InputMajorLinear(width, WIDER * width)
        self.c_proj = InputMajorLinear(WIDER * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(width), Attention(width, heads)
        self.ln_2, self.mlp = nn.LayerNorm(width), FeedForward(width)

    def forward(self, x: Tensor, mask: Tensor | None, memory: KeyValues | None) -> Tensor:
        x = x + self.attn(self.ln_1(x), mask, memory)
        return x + self.mlp(self.ln_2(x))


class Stack(nn.Module):
    """See the module docstring."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.h = nn.ModuleList(Block(config.width, config.heads) for _ in range(config.layers))
        self.ln_f = nn.LayerNorm(config.width)

    def forward(self, entered: Tensor, real: Tensor | None = None, memory: Memory | None = None) -> Tensor:
        """[B, T, C] after the P positions in ``memory``, and which of all are no padding [B, P + T] -> [B, T, C]."""
        x, before = entered, 0 if memory is None else memory.length
        mask = causal_mask(x.shape[1], before, real, x.device)
        for index, block in enumerate(self.h):
            x = block(x, mask, None if memory is None else memory.layers[index])
        return self.ln_f(x)


def causal_mask(length: int, before: int, real: Tensor | None, device: torch.device) -> Tensor | None:
    """What each new position may read, [B or 1, 1, T, P + T]; None when that is everything."""
    if length == 1 and real is None:
        return None
    mask = torch.ones(length, before + length, dtype=torch.bool, device=device).tril(before)[None, None]
    if real is not None:
        itself = torch.eye(length, dtype=torch.bool, device=device)
        mask = mask & real.bool()[:, None, None]
        mask[..., before:] |= itself  # so that padding, which nobody reads, is finite
    return mask
