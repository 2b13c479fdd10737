"""Prompt-guided transformer of the starter: assembles the tokens of both paths and calls the entanglement block.

    audio path   queries = voice-profile tokens + time-aligned speech tokens
                 context = visual tokens + text tokens
    video path   queries = visual tokens + one facial-motion token for each frame
                 context = text tokens + voice-profile tokens + speech tokens

A facial-motion token knows nothing but its time: all it learns of the speech comes through cross-attention. Every kind
of token carries a learned mark, and tokens with a place in time carry a sinusoidal code of it (seconds), so that 25 Hz
frames and 40 Hz speech meet on one clock. Shapes: tokens [B, N, 512], times [B, N] in seconds, masks [B, N] bool.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .blocks import Paths, Tokens
from .transformer_encoder import WIDTH

SLOWEST_HZ, FASTEST_HZ = 0.1, 16.0
KINDS = ("voice", "speech", "text", "visual", "motion")


@dataclass(frozen=True)
class TimedTokens:
    """Tokens [B, N, 512] that have a place in time: ``times`` [B, N] seconds; ``mask`` [B, N], True where real."""

    tokens: Tensor
    times: Tensor
    mask: Tensor | None = None


@dataclass(frozen=True)
class ContextChoice:
    """Which tokens each path may see: the paper's ablations (no video tokens, only visual, only audio, no text)."""

    visual: bool = True
    text: bool = True
    voice: bool = True
    speech: bool = True


class PromptGuidedTransformer(nn.Module):
    """See the module docstring. The block is an argument, so that STE, ETE or none can be wired in."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = nn.ParameterDict({kind: nn.Parameter(0.02 * torch.randn(WIDTH)) for kind in KINDS})

    def forward(
        self,
        block: nn.Module,
        voice: Tensor,
        speech: TimedTokens,
        text: TimedTokens | None,
        visual: Tensor,
        frame_times: Tensor,
        choice: ContextChoice = ContextChoice(),
        attention: bool = False,
    ) -> Paths:
        voice_tokens, visual_tokens = voice + self.marks["voice"], visual + self.marks["visual"]
        speech_tokens = self._timed("speech", speech.tokens, speech.times)
        motion_tokens = self._timed("motion", torch.zeros_like(frame_times)[..., None], frame_times)
        voice_seen, visual_seen = _seen(voice_tokens), _seen(visual_tokens)
        speech_seen = (speech_tokens, _mask(speech))
        text_seen = (self._timed("text", text.tokens, text.times), _mask(text)) if text is not None else None
        audio_parts = [visual_seen if choice.visual else None, text_seen if choice.text else None]
        video_parts = [
            text_seen if choice.text else None,
            voice_seen if choice.voice else None,
            speech_seen if choice.speech else None,
        ]
        audio = _path(torch.cat([voice_tokens, speech_tokens], 1), audio_parts, voice_seen)
        video = _path(torch.cat([visual_tokens, motion_tokens], 1), video_parts, visual_seen)
        return block(audio, video, attention)

    def _timed(self, kind: str, tokens: Tensor, times: Tensor) -> Tensor:
        return tokens + self.marks[kind] + time_code(times)


def time_code(times: Tensor) -> Tensor:
    """Seconds [B, N] -> [B, N, 512]: cosines then sines of 256 frequencies, 0.1 to 16 Hz, of unit RMS."""
    rates = torch.linspace(math.log(SLOWEST_HZ), math.log(FASTEST_HZ), WIDTH // 2, device=times.device).exp()
    phase = 2 * math.pi * times[..., None] * rates
    return math.sqrt(2) * torch.cat([phase.cos(), phase.sin()], -1)


def _seen(tokens: Tensor) -> tuple[Tensor, Tensor]:
    return tokens, torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)


def _mask(part: TimedTokens) -> Tensor:
    if part.mask is not None:
        return part.mask
    return torch.ones(part.tokens.shape[:2], dtype=torch.bool, device=part.tokens.device)


def _path(queries: Tensor, parts: list[tuple[Tensor, Tensor] | None], own: tuple[Tensor, Tensor]) -> Tokens:
    """Join the context that is left; a path whose context is all ablated sees its own untimed tokens."""
    kept = [part for part in parts if part is not None] or [own]
    return Tokens(queries, torch.cat([part[0] for part in kept], 1), torch.cat([part[1] for part in kept], 1))
