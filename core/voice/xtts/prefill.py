"""Prefill of a batch of sentences before their first code: a common voice once for all rows, then the text of each row.

Attention is causal, so that the keys and values of the conditioning latents do not depend on the text after them:
sentences in one voice share them. Shorter rows are padded on the left and the padding is masked.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from .gpt import IncrementalDecoder


def prefill(run: IncrementalDecoder, voices: Sequence[Tensor], texts: Sequence[Tensor]) -> tuple[Tensor, Tensor | None]:
    """Latents [1, 32, C] and ids [1, L] of each row -> the next input of ``run`` [B, P, C], and its mask [B, 32 + P],
    1 at real positions, or None when all are real."""
    if len(voices) > 1 and all(torch.equal(voice, voices[0]) for voice in voices):
        run.advance(voices[0], None)
        run.repeat(len(voices))
        entered, mask = left_padded([run.gpt.text_prefix(text)[0] for text in texts])
        return entered, None if mask is None else F.pad(mask, (voices[0].shape[1], 0), value=1)
    return left_padded([run.gpt.prefix(voice, text)[0] for voice, text in zip(voices, texts, strict=True)])


def left_padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor | None]:
    """Rows [n, C] of any lengths -> [B, P, C], and a mask [B, P], 1 at real positions, or None when all are real."""
    lengths = [len(row) for row in rows]
    longest = max(lengths)
    padded = torch.stack([F.pad(row, (0, 0, longest - len(row), 0)) for row in rows])
    if min(lengths) == longest:
        return padded, None
    first = longest - torch.tensor(lengths, device=padded.device)  # [B]
    return padded, (torch.arange(longest, device=padded.device) >= first[:, None]).long()
