"""From logits [B, codes] to the next code: repetition penalty, temperature, top-k, top-p, then a draw, in that order.

The penalty's history starts with code 1 and the start code: the reference decodes after a made-up prompt of those.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...settings import SpeechSampling

PROMPT_CODE = 1


def initial_history(rows: int, codes: int, start_code: int, device: torch.device) -> Tensor:
    """Which codes were heard, [rows, codes], before the first one is drawn."""
    history = torch.zeros(rows, codes, dtype=torch.bool, device=device)
    history[:, [PROMPT_CODE, start_code]] = True
    return history


def process_logits(logits: Tensor, history: Tensor, sampling: SpeechSampling) -> Tensor:
    """Scores [B, codes] whose softmax is drawn from."""
    scores = apply_repetition_penalty(logits, history, sampling.repetition_penalty)
    if sampling.temperature == 0:
        return scores
    return top_p_filter(top_k_filter(scores / sampling.temperature, sampling.top_k), sampling.top_p)


def apply_repetition_penalty(scores: Tensor, history: Tensor, penalty: float) -> Tensor:
    """Make codes that were heard less likely."""
    return torch.where(history, torch.where(scores < 0, scores * penalty, scores / penalty), scores)


def top_k_filter(scores: Tensor, count: int) -> Tensor:
    """Only the ``count`` best scores stay; 0 keeps all."""
    if not 0 < count < scores.shape[-1]:
        return scores
    return scores.masked_fill(scores < scores.topk(count).values[:, -1:], -torch.inf)


def top_p_filter(scores: Tensor, mass: float) -> Tensor:
    """Only the best scores that make up ``mass`` of the probability stay, at least one."""
    if mass >= 1:
        return scores
    ordered, places = scores.sort(dim=-1, descending=False)
    unlikely = ordered.softmax(-1).cumsum(-1) <= 1 - mass
    unlikely[:, -1] = False
    return scores.masked_fill(torch.zeros_like(unlikely).scatter(1, places, unlikely), -torch.inf)


def sample(scores: Tensor, sampling: SpeechSampling, generators: Sequence[torch.Generator]) -> Tensor:
    """One code for each row [B], each row with its own source of chance."""
    if sampling.temperature == 0:
        return scores.argmax(-1)
    probabilities = scores.softmax(-1)
    drawn = [torch.multinomial(row, 1, generator=chance) for row, chance in zip(probabilities, generators, strict=True)]
    return torch.cat(drawn)
