"""What only XTTS-v2's voice half makes: sentences of token ids, segments without a length, latents by sentence."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ...bundles import Entangled, Sentence, SpeechLatents


@dataclass(frozen=True)
class XTTSSentence(Sentence):
    """``token_ids`` [1, L] without START and STOP; one text token [1, 1, 512] holds them; ``pause`` seconds follow."""

    pause: float


@dataclass(frozen=True, kw_only=True)
class XTTSSegment(Entangled):
    """A sentence whose length is known only once it is decoded, so it carries what its decoding needs: ``token_ids``
    [1, L], ``speed``, ``seed``, and the ``pause`` after it in seconds."""

    token_ids: Tensor
    speed: float
    seed: int
    pause: float


@dataclass(frozen=True)
class SentenceLatents:
    """Latents that become sound by themselves: how many ``frames``, the speaker embedding [1, S], the ``pause`` after
    them in seconds, and whether they were cut off ahead of the sentence's end."""

    frames: int
    speaker: Tensor
    pause: float
    cut_off: bool


@dataclass(frozen=True, kw_only=True)
class XTTSLatents(SpeechLatents):
    """Speech latents with the sentences that they belong to."""

    sentences: tuple[SentenceLatents, ...]
