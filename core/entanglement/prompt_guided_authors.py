"""Prompt-guided transformer in the authors' layout of tokens [B, N, 512] around an entanglement block (XTTS-v2, Hallo).

    audio path   queries = 64 + 1 voice tokens (conditioning latents 32 x 1024 read as 64 x 512, speaker 1 x 512)
                 context = visual tokens (1536 picture rows, 1536 face-region rows, 1 face embedding) + 1 text token
    video path   queries = visual tokens; context = text token + voice tokens

The block's outputs are read back into the shapes that came in; a fresh block gives them back bit for bit.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .blocks import Paths, Tokens
from .layouts import AUTHORS
from .prompt_guided import ContextChoice
from .transformer_encoder import WIDTH

VOICE_TOKENS = 64 + 1


def voice_tokens(conditioning: Tensor, speaker: Tensor) -> Tensor:
    """Conditioning latents [B, 32, C] and speaker embedding [B, S] as tokens: [B, 64 + 1, 512] at full size."""
    return torch.cat([as_tokens(conditioning), as_tokens(speaker)], 1)


def voice_of(tokens: Tensor, conditioning: torch.Size | tuple[int, ...], speaker: int) -> tuple[Tensor, Tensor]:
    """Voice tokens read back: latents of shape ``conditioning`` [B, 32, C], and embedding [B, ``speaker``]."""
    batch, latents, width = conditioning
    count = -(-latents * width // WIDTH)
    values = tokens[:, :count].flatten(1)[:, : latents * width]
    return values.view(batch, latents, width), tokens[:, count:].flatten(1)[:, :speaker]


def text_token(token_ids: Tensor) -> Tensor:
    """Token ids [B, L], L <= 512, as one vector of raw ids, padded with zeros: [B, 1, 512]."""
    return as_tokens(token_ids.float())


def no_visual_tokens() -> Tensor:
    """In place of a portrait: zeros [1, 3073, 512]."""
    return torch.zeros(1, AUTHORS.visual_tokens, WIDTH)


def no_voice_tokens() -> Tensor:
    """In place of a voice profile: zeros [1, 65, 512]."""
    return torch.zeros(1, VOICE_TOKENS, WIDTH)


def no_text_token() -> Tensor:
    """In place of a text: zeros [1, 1, 512]."""
    return torch.zeros(1, 1, WIDTH)


def as_tokens(values: Tensor) -> Tensor:
    """[B, ...] read row by row as [B, N, 512], padded with zeros."""
    flat = values.flatten(1)
    return F.pad(flat, (0, -flat.shape[1] % WIDTH)).unflatten(1, (-1, WIDTH))


def entangle(
    block: nn.Module,
    voice: Tensor,
    text: Tensor,
    visual: Tensor,
    choice: ContextChoice = ContextChoice(),
    attention: bool = False,
) -> Paths:
    """Voice [B, 65, 512], text [B, 1, 512] and visual tokens [B, K, 512] through STE, ETE or none."""
    seen_by_audio = [visual] * choice.visual + [text] * choice.text
    seen_by_video = [text] * choice.text + [voice] * choice.voice
    audio = Tokens(voice, torch.cat(seen_by_audio or [voice], 1))
    video = Tokens(visual, torch.cat(seen_by_video or [visual], 1))
    return block(audio, video, attention)
