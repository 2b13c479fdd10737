"""The GPT-2 of XTTS-v2: [conditioning latents | START text STOP | start code, code, code ...] -> the next code.

The stack is ``transformers.GPT2Model`` on embeddings from here. Conditioning latents have no positional embedding; text
and codes have one table each, from position 0. A latent is a hidden state normalised twice, by the stack and by
``final_norm``; the heads compute logits from it. Hidden states [B, T, C].
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import GPT2Config, GPT2Model

from ...runtime.allocator import low_retention
from .cache import SPARE, preallocated_cache
from .config import START_TEXT, STOP_TEXT, GPTConfig

POSITIONS_AHEAD = 70  # of the stack's (unused) position table, beyond text and codes


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
        self.stack = GPT2Model(stack_config(config))
        nn.init.zeros_(self.stack.wpe.weight)  # positions are in the embeddings already
        self.final_norm = nn.LayerNorm(config.width)
        self.code_head = nn.Linear(config.width, config.codes)
        self.text_head = nn.Linear(config.width, config.text_tokens)

    def embed_text(self, text_ids: Tensor) -> Tensor:
        """Ids [B, L] without START and STOP -> [B, L + 2, C]."""
        framed = F.pad(F.pad(text_ids, (1, 0), value=START_TEXT), (0, 1), value=STOP_TEXT)
        return self.text_embedding(framed) + self.text_positions.weight[: framed.shape[1]]

    def embed_codes(self, codes: Tensor, first: int) -> Tensor:
        """Codes [B, T] at positions from ``first`` on -> [B, T, C]."""
        return self.code_embedding(codes) + self.code_positions.weight[first : first + codes.shape[1]]

    def prefix(self, conditioning: Tensor, text_ids: Tensor) -> Tensor:
        """The input before the first code: latents [B, 32, C], ids [B, L] -> [B, 32 + L + 3, C]."""
        return torch.cat([conditioning, self.text_prefix(text_ids)], 1)

    def text_prefix(self, text_ids: Tensor) -> Tensor:
        """The prefix without the voice: ids [B, L] -> [B, L + 3, C]."""
        start = torch.full_like(text_ids[:, :1], self.config.start_code)
        return torch.cat([self.embed_text(text_ids), self.embed_codes(start, 0)], 1)

    def latents(self, hidden: Tensor) -> Tensor:
        """Hidden states of the stack [B, T, C] -> latents [B, T, C]."""
        return self.final_norm(hidden)

    def forward(self, conditioning: Tensor, text_ids: Tensor, codes: Tensor) -> TeacherForced:
        """Teacher forcing: predict every code [B, T] from those before it; differentiable in all inputs and weights."""
        text = self.prefix(conditioning, text_ids)
        entered = torch.cat([text, self.embed_codes(codes[:, :-1], 1)], 1)
        latents = self.latents(self.stack(inputs_embeds=entered, use_cache=False).last_hidden_state)
        voice, decoded = conditioning.shape[1], latents[:, -codes.shape[1] :]
        return TeacherForced(
            decoded, self.code_head(decoded), self.text_head(latents[:, voice : voice + text_ids.shape[1] + 1])
        )


class IncrementalDecoder:
    """One run of the stack with its key-value cache: embeddings in, the latent that predicts the next code out.

    ``codes`` is the most codes that may follow the text.
    """

    def __init__(self, gpt: XTTSGPT, codes: int) -> None:
        self.gpt = gpt
        self.name = cache_name(gpt.stack.forward)
        self.cache = preallocated_cache(
            gpt.config.layers, codes if gpt.code_head.weight.device.type == "cpu" else SPARE
        )

    def advance(self, entered: Tensor, mask: Tensor | None) -> Tensor:
        """Embeddings [B, T, C] -> latents [B, C] of the last position.

        ``mask`` [B, P + T] is 1 at the real ones of all positions so far; None means all.
        """
        if mask is not None and entered.shape[1] == 1:
            mask = additive_mask(mask, entered.dtype)
        keywords = {self.name: self.cache, "attention_mask": mask}
        with low_retention() if entered.shape[1] > 1 else nullcontext():
            out = self.gpt.stack(inputs_embeds=entered, use_cache=True, **keywords)
        return self.gpt.latents(out.last_hidden_state[:, -1])

    def repeat(self, rows: int) -> None:
        """Copy the single row so far into a batch of ``rows``."""
        self.cache.batch_repeat_interleave(rows)

    def select_rows(self, rows: Tensor) -> None:
        """Drop all rows of the batch but these."""
        with low_retention():
            self.cache.batch_select_indices(rows)


def additive_mask(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """The mask [B, P] as attention adds it to its scores, [B, 1, 1, P]: converted once instead of in every layer."""
    return torch.zeros_like(mask, dtype=dtype).masked_fill_(mask == 0, -torch.inf)[:, None, None]


def cache_name(forward: Callable[..., Any]) -> str:
    """The keyword of the cache: ``cache`` in transformers 5.24, ``past_key_values`` in older versions."""
    return "cache" if "cache" in inspect.signature(forward).parameters else "past_key_values"


def stack_config(config: GPTConfig) -> GPT2Config:
    """The configuration of the stack for transformers."""
    return GPT2Config(
        vocab_size=1,  # there is no token table
        bos_token_id=None,
        eos_token_id=None,
        n_positions=config.text_positions + config.code_positions + POSITIONS_AHEAD,
        n_embd=config.width,
        n_layer=config.layers,
        n_head=config.heads,
        activation_function="gelu_pytorch_tanh",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
    )
