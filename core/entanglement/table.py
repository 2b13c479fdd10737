"""The supplement's Table 1, read off the live module."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from .blocks import ExplicitTransformerEncoder, SharedTransformerEncoder
from .transformer_encoder import WIDTH, TransformerEncoder

QUERIES, CONTEXT = 3136, 5610  # the lengths that the supplement prints


@dataclass(frozen=True)
class Row:
    layer: str
    shape: str
    parameters: int
    trainable: int


def table_rows(queries: int = QUERIES, context: int = CONTEXT) -> list[Row]:
    """Table 1's six rows and its total, with the shapes a forward pass over these lengths really has."""
    block = TransformerEncoder()
    with torch.inference_mode():
        query_tokens, context_tokens = torch.randn(1, queries, WIDTH), torch.randn(1, context, WIDTH)
        attended = block(query_tokens, context_tokens)[0]
        weights = block.attention_map(query_tokens[:, :1], context_tokens)[0, 0]
    tokens = str(list(attended.shape))
    attention_shapes = f"{tokens}, [{len(attended)}, {weights.shape[-1]}]"
    attention = nn.ModuleList([block.query, block.key, block.value, block.output])
    rows = [
        _row("LayerNorm-1", tokens, block.attention_norm),
        _row("MultiheadAttention-2", attention_shapes, attention),
        _row("LayerNorm-3", tokens, block.feed_norm),
        _row("Linear-4", tokens, block.feed_in),
        _row("LayerNorm-5", tokens, block.hidden_norm),
        _row("Linear-6", tokens, block.feed_out),
    ]
    return [*rows, _row("Total params", "", block)]


def encoder_totals() -> dict[str, int]:
    """Parameters of the two encoders: STE has half of ETE's."""
    return {"STE": count(SharedTransformerEncoder()), "ETE": count(ExplicitTransformerEncoder())}


def count(module: nn.Module, trainable_only: bool = False) -> int:
    return sum(p.numel() for p in module.parameters() if p.requires_grad or not trainable_only)


def _row(layer: str, shape: str, module: nn.Module) -> Row:
    return Row(layer, shape, count(module), count(module, trainable_only=True))
