"""Logits [B, codes] -> the next code: repetition penalty, temperature, top-k, top-p and sampling, in that order.

The history of the penalty starts with code 1 and the start code, the prompt of the reference implementation.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...settings import SpeechSampling

PROMPT_CODE = 1


def initial_history(rows: int, codes: int, start_code: int, device: torch.device) -> Tensor:
    """Which codes count as generated before the first one: [rows, codes], True at code 1 and the start code."""
    history = torch.zeros(rows, codes, dtype=torch.bool, device=device)
    history[:, [PROMPT_CODE, start_code]] = True
    return history


def process_logits(logits: Tensor, history: Tensor, sampling: SpeechSampling) -> Tensor:
    """Logits and history [B, codes] -> scores [B, codes] whose softmax is sampled."""
    scores = apply_repetition_penalty(logits, history, sampling.repetition_penalty)
    if sampling.temperature == 0:
        return scores
    return top_p_filter(top_k_filter(scores / sampling.temperature, sampling.top_k), sampling.top_p)


def apply_repetition_penalty(scores: Tensor, history: Tensor, penalty: float) -> Tensor:
    """Reduce the scores [B, codes] of codes in the history."""
    return torch.where(history, torch.where(scores < 0, scores * penalty, scores / penalty), scores)


def top_k_filter(scores: Tensor, count: int) -> Tensor:
    """Exclude all but the ``count`` best of scores [B, codes]; 0 excludes none."""
    if not 0 < count < scores.shape[-1]:
        return scores
    return scores.masked_fill(scores < scores.topk(count).values[:, -1:], -torch.inf)


def top_p_filter(scores: Tensor, mass: float) -> Tensor:
    """Exclude all but the best of scores [B, codes] that add up to ``mass`` of the probability, at least one."""
    if mass >= 1:
        return scores
    ordered, places = scores.sort(dim=-1, descending=False)
    unlikely = ordered.softmax(-1).cumsum(-1) <= 1 - mass
    unlikely[:, -1] = False
    return scores.masked_fill(torch.zeros_like(unlikely).scatter(1, places, unlikely), -torch.inf)


def sample_codes(scores: Tensor, sampling: SpeechSampling, generators: Sequence[torch.Generator]) -> Tensor:
    """Scores [B, codes] -> codes [B], each row from its own generator; temperature 0 takes the best score."""
    if sampling.temperature == 0:
        return scores.argmax(-1)
    probabilities = scores.softmax(-1)
    rows = zip(probabilities, generators, strict=True)
    return torch.cat([torch.multinomial(row, 1, generator=generator) for row, generator in rows])
