"""How the starter cuts its work into segments: a sentence of a narration, or some seconds of recorded speech.

Every segment is entangled by itself, so memory does not grow with length; a frame belongs to the segment that holds its
centre on the clock of the whole narration, so nothing drifts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ...bundles import TimedSymbol
from ...text.english.symbols import PUNCTUATION, SYMBOLS
from ...timing import TOKEN_RATE, TOKEN_SAMPLES
from .bundles import StarterSentence

MIN_LEAD, MAX_LEAD = 6, 10  # tokens of silence before the first word, as in the training data
TAIL_TOKENS = 9  # from the last word's end to the end of the speech: 225 ms
LAST_TOKENS = 6  # the last sound may take; in the training data it includes a quarter of a second of silence
MIN_PAUSE = 4  # tokens at a mark within a sentence: 100 ms
LIP_LEAD = 0.03  # seconds by which lips are ahead of the sound, as a speaker's are
CORE_SECONDS, CONTEXT_SECONDS = 6, 1


def frames_between(start: float, end: float, fps: float, last: bool) -> tuple[int, int]:
    """Frames [first, end) whose centres lie in [start, end); the last segment also takes the frame it only begins."""
    first = math.ceil(round(start * fps - 0.5, 6))
    return first, math.ceil(round(end * fps, 6)) if last else math.ceil(round(end * fps - 0.5, 6))


def frame_times(first: int, end: int, fps: float, start: float) -> Tensor:
    """The moments in seconds after ``start`` that frames show, LIP_LEAD ahead of their centres: [1, F]."""
    return ((torch.arange(first, end) + 0.5) / fps + LIP_LEAD - start)[None]


def audible_commas(durations: Tensor, token_ids: Tensor, tempo: float) -> Tensor:
    """Every comma, semicolon and inner stop lasts long enough to be audible: durations [1, L], in tokens."""
    marks = [SYMBOLS[index] in PUNCTUATION for index in token_ids[0].tolist()]
    shortest = max(1, round(MIN_PAUSE / tempo)) * torch.tensor([marks], device=durations.device).long()
    return torch.maximum(durations, shortest)


def even_ends(durations: Tensor, token_ids: Tensor, first: bool, last: bool) -> Tensor:
    """Set the silence before the first and after the last word: durations [1, L], in tokens."""
    durations = durations.clone()
    if first:
        durations[0, 0].clamp_(MIN_LEAD, MAX_LEAD)
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
    sentence: StarterSentence, durations: Tensor, start: float
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
    """Segments of recorded speech of ``samples`` at 24 kHz."""
    total = math.ceil(samples / TOKEN_SAMPLES)
    core, context = int(CORE_SECONDS * TOKEN_RATE), int(CONTEXT_SECONDS * TOKEN_RATE)
    for first in range(0, total, core):
        end = min(first + core, total)
        yield RecordingSpan(first, end, max(0, first - context), min(total, end + context), end == total)
