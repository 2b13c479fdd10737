"""Grapheme-to-phoneme network for words that the lexicon lacks: letters -> phonemes by a small bidirectional GRU.

In: letters a to z. Every letter has SLOTS output positions; each holds a symbol or a blank, and equal neighbours merge
(connectionist temporal classification, Graves et al. 2006). Out: symbols of symbols.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .stress import PRIMARY, SECONDARY, stressed
from .symbols import CONSONANTS, STRESS, VOWELS

LETTERS = "abcdefghijklmnopqrstuvwxyz"
OUTPUT = STRESS + VOWELS + CONSONANTS
BLANK = 0
SLOTS = 3


@dataclass(frozen=True)
class G2PConfig:
    embedding: int = 48
    hidden: int = 72
    layers: int = 2
    dropout: float = 0.1


class G2PNet(nn.Module):
    """Letters of equally long words [B, L] -> log-probabilities [B, L * SLOTS, 1 + len(OUTPUT)]."""

    def __init__(self, config: G2PConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(LETTERS), config.embedding)
        self.context = nn.GRU(
            config.embedding, config.hidden, config.layers, batch_first=True, bidirectional=True, dropout=config.dropout
        )
        self.slots = nn.Linear(2 * config.hidden, SLOTS * (1 + len(OUTPUT)))

    def forward(self, letters: Tensor) -> Tensor:
        B, L = letters.shape
        context, _ = self.context(self.embedding(letters))  # [B, L, 2 * hidden]
        scores = self.slots(context).view(B, L * SLOTS, -1)  # [B, L, SLOTS * C] -> [B, L * SLOTS, C]
        return scores.log_softmax(-1)

    @torch.inference_mode()
    def pronounce(self, word: str) -> str:
        """The likeliest phonemes of a lower-case word."""
        best = self(letter_ids(word)[None])[0].argmax(-1)  # [L * SLOTS]
        return tidy("".join(OUTPUT[index - 1] for index in best.unique_consecutive().tolist() if index != BLANK))


def letter_ids(word: str) -> Tensor:
    """Lower-case letters -> ids [L]."""
    return torch.tensor([LETTERS.index(letter) for letter in word])


def symbol_ids(phonemes: str) -> Tensor:
    """Phonemes -> classes [P]; 0 is the blank."""
    return torch.tensor([1 + OUTPUT.index(symbol) for symbol in phonemes])


def tidy(phonemes: str) -> str:
    """Keep stress marks only before vowels, with exactly one primary stress."""
    out = ""
    for symbol, following in zip(phonemes, phonemes[1:] + " ", strict=True):
        if symbol not in STRESS:
            out += symbol
        elif following in VOWELS:
            out += SECONDARY if PRIMARY in out else symbol
    if PRIMARY not in out and SECONDARY in out:
        return out.replace(SECONDARY, PRIMARY, 1)
    return stressed(out, PRIMARY)
