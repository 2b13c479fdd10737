"""How the starter family cuts its work into windows: a sentence of a narration, or some seconds of recorded speech.

Every window is entangled by itself, so memory does not grow with length; frames belong to the window that holds their
centre on the clock of the whole narration, so nothing drifts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ...bundles import Sentence, TimedSymbol
from ...text.english.symbols import PUNCTUATION, SYMBOLS
from ...timing import TOKEN_RATE, TOKEN_SAMPLES

LEAST_LEAD, MOST_LEAD = 6, 10  # tokens of silence before the first word, as the decoder has learnt them
TAIL_TOKENS = 9  # from the last word's end to the end of the speech: 225 ms
LAST_TOKENS = 6  # that the last sound may take: the teacher counts a quarter of a second of silence to it
LEAST_PAUSE = 4  # tokens at a mark within a sentence: 100 ms
LEAD = 0.03  # seconds by which lips are ahead of the sound, as a speaker's are
CORE_SECONDS, CONTEXT_SECONDS = 6, 1


def frames_between(start: float, end: float, fps: float, last: bool) -> tuple[int, int]:
    """Frames [first, end) whose centres lie in [start, end); the last window also takes the frame it only begins."""
    first = math.ceil(round(start * fps - 0.5, 6))
    return first, math.ceil(round(end * fps, 6)) if last else math.ceil(round(end * fps - 0.5, 6))


def frame_times(first: int, end: int, fps: float, start: float) -> Tensor:
    """The moments in seconds after ``start`` that frames show, LEAD ahead of their centres: [1, F]."""
    return ((torch.arange(first, end) + 0.5) / fps + LEAD - start)[None]


def heard_commas(durations: Tensor, token_ids: Tensor, tempo: float) -> Tensor:
    """Let every comma, semicolon and inner stop last long enough to be heard: durations [1, L], in tokens."""
    marks = [SYMBOLS[index] in PUNCTUATION for index in token_ids[0].tolist()]
    least = max(1, round(LEAST_PAUSE / tempo)) * torch.tensor([marks], device=durations.device).long()
    return torch.maximum(durations, least)


def even_ends(durations: Tensor, token_ids: Tensor, first: bool, last: bool) -> Tensor:
    """Set the silence before the first and after the last word: durations [1, L], in tokens."""
    durations = durations.clone()
    if first:
        durations[0, 0].clamp_(LEAST_LEAD, MOST_LEAD)
    if last:
        symbols = [SYMBOLS[index] for index in token_ids[0].tolist()]
        stop = len(symbols) - 1
        while symbols[stop - 1] in PUNCTUATION:
            stop -= 1
        durations[0, stop - 1].clamp_(max=LAST_TOKENS)
        punctuation = durations[0, stop:-1]
        punctuation.clamp_(max=max(1, (TAIL_TOKENS - 3) // max(1, len(punctuation))))
        durations[0, -1] = TAIL_TOKENS - int(punctuation.sum())
    return durations


def symbol_spans(
    sentence: Sentence, durations: Tensor, start: float
) -> tuple[tuple[TimedSymbol, ...], tuple[TimedSymbol, ...]]:
    """(phonemes, words) of a sentence with their times in the whole narration."""
    ends = (durations[0].cumsum(0) / TOKEN_RATE + start).tolist()
    starts = [start, *ends[:-1]]
    symbols = [SYMBOLS[index] for index in sentence.token_ids[0].tolist()]
    phonemes = tuple(
        TimedSymbol(symbol, *span) for symbol, span in zip(symbols, zip(starts, ends, strict=True), strict=True)
    )
    words = tuple(TimedSymbol(word.text, starts[word.first], ends[word.last - 1]) for word in sentence.words)
    return phonemes, words


@dataclass(frozen=True)
class RecordingSpan:
    """Tokens [first, end) of recorded speech, seen with context from ``seen_first`` to ``seen_end``."""

    first: int
    end: int
    seen_first: int
    seen_end: int
    last: bool


def recording_spans(samples: int) -> Iterator[RecordingSpan]:
    """Windows over recorded speech of ``samples`` at 24 kHz."""
    total = math.ceil(samples / TOKEN_SAMPLES)
    core, context = int(CORE_SECONDS * TOKEN_RATE), int(CONTEXT_SECONDS * TOKEN_RATE)
    for first in range(0, total, core):
        end = min(first + core, total)
        yield RecordingSpan(first, end, max(0, first - context), min(total, end + context), end == total)
