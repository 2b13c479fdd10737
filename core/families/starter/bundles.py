"""What only the starter's halves make: phonemes, planned segments, facial-motion latents."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ...bundles import (
    Entangled,
    FaceMotion,
    Narration,
    Sentence,
    TimedSymbol,
)
from ...text.english.words import Word


@dataclass(frozen=True)
class StarterSentence(Sentence):
    """``token_ids`` and ``text_tokens`` include the START and END symbols; ``words`` are spans of them."""

    phonemes: str
    words: tuple[Word, ...]


@dataclass(frozen=True, kw_only=True)
class StarterSegment(Entangled):
    """``audio`` is the voice-profile tokens followed by time-aligned speech tokens at 40 Hz; ``video`` is the visual
    tokens followed by ``frames`` facial-motion tokens at ``fps``."""

    frames: int


@dataclass(frozen=True, kw_only=True)
class SpokenSegment(StarterSegment):
    """A planned sentence: ``speech_tokens`` at the end of ``audio``, the times of its phonemes and words, and the
    timbre correction [B, 11, 20] of its voice, where there is one."""

    speech_tokens: int
    phonemes: tuple[TimedSymbol, ...]
    words: tuple[TimedSymbol, ...]
    timbre: Tensor | None


@dataclass(frozen=True, kw_only=True)
class StarterNarration(Narration):
    """A narration whose facial-motion latents are known."""

    motion: FaceMotion
