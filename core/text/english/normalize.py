"""Written English -> words and ``!,.;?``: everything else is spelled out, mapped or dropped.

The steps run in order, from the most particular reading of a string of characters to the most general.
"""

from __future__ import annotations

import re

from ...errors import InputError
from . import (
    abbreviations,
    dates,
    money,
    numbering,
    roman,
    signs,
    units,
    web,
)
from .characters import fold
from .punctuation import punctuate
from .rules import Rule, apply

MOST_CHARACTERS = 50_000
LONGEST_WORD = 40
STEPS: tuple[tuple[Rule, ...], ...] = (
    web.RULES,
    signs.LAYOUT,
    dates.RULES,
    money.RULES,
    units.RULES,
    abbreviations.RULES,
    roman.RULES,
    numbering.RULES,
    signs.RULES,
)
JOINED = (
    Rule(r"(?<=[A-Za-z])-(?=\d)|(?<=\d)-(?=[A-Za-z])", " "),
    Rule(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=(?!(?:st|nd|rd|th|s)\b)[A-Za-z])", " "),
)
RUNS = (Rule(r"([A-Za-z])\1{3,}", r"\1\1\1"), Rule(rf"([A-Za-z]{{{LONGEST_WORD}}})(?=[A-Za-z])", r"\1 "))


def normalize(text: str) -> str:
    """Text in letters, apostrophes, hyphens, spaces and ``!,.;?``; every sentence ends in ``.``, ``!`` or ``?``.

    Raises InputError when there is nothing to say, or far too much.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"text has {len(text)} characters, and at most {MOST_CHARACTERS} can be spoken: split it.")
    said = fold(text)
    for step in STEPS[:-2]:
        said = apply(step, said)
    for step in (JOINED, *STEPS[-2:]):
        said = apply(step, said)
    said = apply(RUNS, quiet(punctuate(said)))
    if not re.search("[A-Za-z]", said):
        raise InputError(f"text {text[:40]!r} has no words to speak: write a word or a number in Latin letters.")
    return said


def quiet(text: str) -> str:
    """Shouted text in lower case, so that its words are not spelled out like initials."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    shouted = sum(word.isupper() for word in words)
    return text.lower() if len(words) >= 4 and shouted > 0.8 * len(words) else text
