"""Multi-head attention and the gated feed-forward layer of every transformer in the UNets.

Tokens [B, N, C]; heads are split inside: [B, heads, N, C / heads]. Keys and values can be computed ahead of time,
because those of the source image, the face and the speech stay the same over all denoising steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

AttentionFunction = Callable[[Tensor, Tensor, Tensor], Tensor]  # (query, key, value) [B, heads, N, D] -> the same


@dataclass(frozen=True)
class KeysValues:
    """Keys and values [B, heads, N, D]; B is 1 where all rows of a batch share them."""

    keys: Tensor
    values: Tensor

    def rows(self, first: int, end: int) -> KeysValues:
        """Rows [first, end), or the one shared row."""
        if self.keys.shape[0] == 1:
            return self
        return KeysValues(self.keys[first:end], self.values[first:end])

    def expand(self, rows: int) -> KeysValues:
        return KeysValues(self.keys.expand(rows, -1, -1, -1), self.values.expand(rows, -1, -1, -1))

    def concatenated(self, more: KeysValues) -> KeysValues:
        """With ``more`` tokens at the end."""
        keys = torch.cat([self.keys, more.keys], dim=2)
        return KeysValues(keys, torch.cat([self.values, more.values], dim=2))


class Attention(nn.Module):
    """Queries [B, Nq, C] attend to context [B, Nc, K]; only the output projection has a bias."""

    def __init__(self, width: int, context_width: int | None = None, heads: int = 8) -> None:
        super().__init__()
        self.heads = heads
        self.attend: AttentionFunction = F.scaled_dot_product_attention
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context_width or width, width, bias=False)
        self.to_v = nn.Linear(context_width or width, width, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def keys_values(self, context: Tensor) -> KeysValues:
        return KeysValues(self._split(self.to_k(context)), self._split(self.to_v(context)))

    def forward(self, hidden: Tensor, context: Tensor | KeysValues | None = None) -> Tensor:
        """``context`` as tokens or as computed keys and values; None is self-attention."""
        if not isinstance(context, KeysValues):
            context = self.keys_values(hidden if context is None else context)
        query, context = self._split(self.to_q(hidden)), context.expand(hidden.shape[0])
        mixed = self.attend(query, context.keys, context.values)  # [B, heads, Nq, D]
        return self.to_out[0](mixed.transpose(1, 2).flatten(2))  # [B, Nq, C]

    @property
    def bias(self) -> Tensor:
        """The output [C] for any query when all values are zero."""
        return cast(nn.Linear, self.to_out[0]).bias

    def _split(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # [B, heads, N, D]


def use_attention(net: nn.Module, function: AttentionFunction) -> None:
    """Make every attention of ``net`` compute with ``function``, such as a host program's fastest one."""
    for module in net.modules():
        if isinstance(module, Attention):
            module.attend = function


class GatedLinear(nn.Module):
    """GEGLU: half of the outputs, gated by the GELU of the other half."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, 2 * hidden)

    def forward(self, tokens: Tensor) -> Tensor:
        value, gate = self.proj(tokens).chunk(2, dim=-1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    """C -> 4 C (gated) -> C."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.ModuleList([GatedLinear(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width)])

    def forward(self, tokens: Tensor) -> Tensor:
        return self.net[2](self.net[0](tokens))
