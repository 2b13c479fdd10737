"""The transformer encoder of the paper's supplement, Table 1: queries and context [B, N, 512] -> [B, Nq, 512].

    LayerNorm-1           1,024   (applied to queries and to context)
    MultiheadAttention-2  1,048,576   (four projections without biases)
    LayerNorm-3           1,024
    Linear-4              262,144
    LayerNorm-5           1,024
    Linear-6              262,144

The feed-forward pair has no activation between its two linear layers: none is in the table, nor in the authors' code.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, HEADS = 512, 8


class TransformerEncoder(nn.Module):
    """Cross-attention block with residual feed-forward; the identity map at the start, with live gradients.

    Only the attention's output projection and the last Linear start at zero, so the first step moves those two
    and the second step moves everything.
    """

    def __init__(self, width: int = WIDTH, heads: int = HEADS) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.feed_norm = nn.LayerNorm(width)
        self.feed_in = nn.Linear(width, width, bias=False)
        self.hidden_norm = nn.LayerNorm(width)
        self.feed_out = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.feed_out.weight)

    def forward(self, queries: Tensor, context: Tensor, mask: Tensor | None = None) -> Tensor:
        """Queries [B, Nq, C] attend to context [B, Nc, C]; ``mask`` [B, Nc] is True where context may be seen."""
        query, key, value = self._project(queries, context)
        allowed = None if mask is None else mask[:, None, None, :]  # [B, 1, 1, Nc]
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=allowed)  # [B, H, Nq, C/H]
        attended = queries + self.output(mixed.transpose(1, 2).flatten(2))  # [B, Nq, C]
        return attended + self.feed_out(self.hidden_norm(self.feed_in(self.feed_norm(attended))))

    def attention_map(self, queries: Tensor, context: Tensor, mask: Tensor | None = None) -> Tensor:
        """Attention weights [B, H, Nq, Nc], masked as in ``forward``; each row sums to one.

        Costs Nq x Nc memory, so it is computed only on request.
        """
        query, key, _ = self._project(queries, context)
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None, None, :], -torch.inf)
        return scores.softmax(-1)

    def _project(self, queries: Tensor, context: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        normed_queries, normed_context = self.attention_norm(queries), self.attention_norm(context)
        projected = self.query(normed_queries), self.key(normed_context), self.value(normed_context)
        query, key, value = (x.unflatten(-1, (self.heads, -1)).transpose(1, 2) for x in projected)  # [B, H, N, C/H]
        return query, key, value
