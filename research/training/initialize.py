"""Initial weights for the joint training: attention heads that attend to near moments.

Queries and keys of a fresh block read the same frequencies of the time code, a different set in each head, the queries
turned by a small offset; the score then peaks where the context is that far from the query in time.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...core.entanglement.prompt_guided import FASTEST_HZ, SLOWEST_HZ
from ...core.entanglement.transformer_encoder import HEADS, WIDTH, TransformerEncoder

GAIN = 1.5
OFFSETS = (0.0, 0.0, 0.03, -0.03, 0.07, -0.07, 0.13, -0.13)  # seconds


@torch.no_grad()
def attend_near(block: TransformerEncoder) -> None:
    """Initialises the query and key projections of ``block`` in place."""
    noise = 0.2 / math.sqrt(WIDTH)
    block.key.weight.copy_(_time_rows([0.0] * HEADS) + noise * torch.randn(WIDTH, WIDTH))
    block.query.weight.copy_(_time_rows(list(OFFSETS)) + noise * torch.randn(WIDTH, WIDTH))


def _time_rows(offsets: list[float]) -> Tensor:
    """[512, 512]: head h reads frequencies h, h + 8, ... as (cosine, sine) pairs turned by ``offsets[h]``."""
    pairs = WIDTH // 2
    rates = torch.linspace(math.log(SLOWEST_HZ), math.log(FASTEST_HZ), pairs).exp()
    rows = torch.zeros(HEADS, WIDTH // HEADS, WIDTH)
    for head, offset in enumerate(offsets):
        chosen = torch.arange(head, pairs, HEADS)
        turn = 2 * math.pi * rates[chosen] * offset
        slot = torch.arange(len(chosen))
        rows[head, 2 * slot, chosen], rows[head, 2 * slot, chosen + pairs] = turn.cos(), -turn.sin()
        rows[head, 2 * slot + 1, chosen], rows[head, 2 * slot + 1, chosen + pairs] = turn.sin(), turn.cos()
    return GAIN * rows.flatten(0, 1)
