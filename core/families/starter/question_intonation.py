"""Intonation of questions by rule: a yes-no question rises from its last stressed vowel to its end.

Questions in the training data rise only now and then, so the pitch predictor gives them the fall of statements. Low
rise, L* H-H% in ToBI (Beckman and Ayers, 1997); questions that begin with a question word fall, as in speech.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...text.english.symbols import SYMBOLS, VOWELS
from .bundles import StarterSentence

QUESTION_WORDS = frozenset("what who whom whose which when where why how what's who's where's how's when's".split())
CLOSING = ".!?"
LOW, HIGH = -2.0, 7.0  # semitones around the voice's median: highest start of the rise, and its end
MIN_RISE = 12  # tokens, 0.3 s


def raise_questions(contour: Tensor, sentence: StarterSentence, durations: Tensor) -> Tensor:
    """Contour [1, T] in semitones with the ends of its questions raised; ``durations`` [1, L] in tokens."""
    symbols = [SYMBOLS[index] for index in sentence.token_ids[0].tolist()]
    starts = [0, *durations[0].cumsum(0).tolist()]
    raised = contour.clone()
    for mark in (place for place, symbol in enumerate(symbols) if symbol == "?"):
        begin = 1 + max((place for place in range(mark) if symbols[place] in CLOSING), default=0)
        words = [word.text.lower().strip("\"'“”‘’(") for word in sentence.words if begin <= word.first < mark]
        if words and words[0] not in QUESTION_WORDS:
            end = starts[mark]
            onset = min(starts[_nucleus(symbols, begin, mark)], end - MIN_RISE)
            _rise(raised, max(starts[begin], onset), end)
    return raised


def _nucleus(symbols: list[str], begin: int, end: int) -> int:
    """The last stressed vowel's place, or the last vowel's."""
    stressed = [place for place in range(begin, end) if symbols[place - 1] == "ˈ"]
    vowels = [place for place in range(begin, end) if symbols[place] in VOWELS]
    return (stressed or vowels or [begin])[-1]


def _rise(contour: Tensor, onset: int, end: int) -> None:
    low = min(LOW, float(contour[0, onset]))
    contour[0, onset:end] = torch.linspace(low, HIGH, end - onset, device=contour.device)
