"""The GPT-2 of XTTS-v2: [conditioning latents | START text STOP | start code, code, code ...] -> what comes next.

The stack works on embeddings made here. Latents carry no position; text and codes count from 0,
each in a table of its own. A latent is the twice normed hidden state; logits are read off it. Hidden states [B, T, C].
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .cache import Memory
from .config import START_TEXT, STOP_TEXT, GPTConfig
from .stack import Stack


@dataclass(frozen=True)
class TeacherForced:
    """Hidden states [B, T, C] that predict each code, logits over codes [B, T, codes] and over text [B, L, tokens]."""

    latents: Tensor
    code_logits: Tensor
    text_logits: Tensor


class XTTSGPT(nn.Module):
    """See the module docstring."""

    def __init__(self, config: GPTConfig = GPTConfig()) -> None:
        super().__init__()
        self.config = config
        self.text_embedding = nn.Embedding(config.text_tokens, config.width)
        self.text_positions = nn.Embedding(config.text_positions, config.width)
        self.code_embedding = nn.Embedding(config.codes, config.width)
        self.code_positions = nn.Embedding(config.code_positions, config.width)
        self.stack = Stack(config)
        self.final_norm = nn.LayerNorm(config.width)
        self.code_head = nn.Linear(config.width, config.codes)
        self.text_head = nn.Linear(config.width, config.text_tokens)

    def embed_text(self, text_ids: Tensor) -> Tensor:
        """Ids [B, L] without START and STOP -> [B, L + 2, C]."""
        framed = F.pad(F.pad(text_ids, (1, 0), value=START_TEXT), (0, 1), value=STOP_TEXT)
        return self.text_embedding(framed) + self.text_positions.weight[: framed.shape[1]]

    def embed_codes(self, codes: Tensor, first: int) -> Tensor:
        """Codes [B, T] at positions ``first`` and after -> [B, T, C]."""
        return self.code_embedding(codes) + self.code_positions.weight[first : first + codes.shape[1]]

    def prefix(self, conditioning: Tensor, text_ids: Tensor) -> Tensor:
        """All that is known before the first code: latents [B, 32, C], ids [B, L] -> [B, 32 + L + 3, C]."""
        return torch.cat([conditioning, self.request(text_ids)], 1)

    def request(self, text_ids: Tensor) -> Tensor:
        """The prefix without the voice: ids [B, L] -> [B, L + 3, C]."""
        start = torch.full_like(text_ids[:, :1], self.config.start_code)
        return torch.cat([self.embed_text(text_ids), self.embed_codes(start, 0)], 1)

    def latents(self, hidden: Tensor) -> Tensor:
        return self.final_norm(hidden)

    def forward(self, conditioning: Tensor, text_ids: Tensor, codes: Tensor) -> TeacherForced:
        """Every code [B, T] at once, given those before it; differentiable in everything."""
        text = self.prefix(conditioning, text_ids)
        entered = torch.cat([text, self.embed_codes(codes[:, :-1], 1)], 1)
        latents = self.latents(self.stack(entered))
        voice, spoken = conditioning.shape[1], latents[:, -codes.shape[1] :]
        return TeacherForced(
            spoken, self.code_head(spoken), self.text_head(latents[:, voice : voice + text_ids.shape[1] + 1])
        )


class Decoding:
    """One run of the stack with its key-value cache: feed embeddings, get the latent that predicts the next code."""

    def __init__(self, gpt: XTTSGPT) -> None:
        self.gpt = gpt
        self.memory = Memory(gpt.config.layers)

    def advance(self, entered: Tensor, mask: Tensor | None) -> Tensor:
        """[B, T, C], and which of all positions so far are real [B, P + T] -> latents [B, C] of the last position."""
        return self.gpt.latents(self.gpt.stack(entered, mask, self.memory)[:, -1])

    def repeat(self, rows: int) -> None:
        """Go on with ``rows`` rows that all begin with what one row entered so far."""
        self.memory.repeat(rows)

    def keep(self, rows: Tensor) -> None:
        """Go on with these rows of the batch alone."""
        self.memory.keep(rows)
