"""Text normalisation: written English -> words and ``!,.;?``; everything else is spelled out, replaced or dropped.

The steps run from the most specific reading of a string to the most general.
"""

from __future__ import annotations

import re

from ...errors import InputError
from ...settings.limits import check_text
from . import (
    abbreviations,
    dates,
    money,
    numbers,
    roman_numerals,
    special_characters,
    units,
    urls,
)
from .ascii_folding import fold_to_ascii
from .punctuation import punctuate
from .rules import Rule, apply

MAX_WORD = 40
LETTERS_AND_DIGITS = (
    Rule(r"(?<=[A-Za-z])-(?=\d)|(?<=\d)-(?=[A-Za-z])", " "),
    Rule(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=(?!(?:st|nd|rd|th|s)\b)[A-Za-z])", " "),
)
STEPS: tuple[tuple[Rule, ...], ...] = (
    urls.RULES,
    special_characters.MARKUP,
    dates.RULES,
    money.RULES,
    units.RULES,
    abbreviations.RULES,
    roman_numerals.RULES,
    LETTERS_AND_DIGITS,
    numbers.RULES,
    special_characters.RULES,
)
LONG_RUNS = (Rule(r"([A-Za-z])\1{3,}", r"\1\1\1"), Rule(rf"([A-Za-z]{{{MAX_WORD}}})(?=[A-Za-z])", r"\1 "))


def normalize_text(text: str) -> str:
    """Text in letters, apostrophes, hyphens, spaces and ``!,.;?``; every sentence ends in ``.``, ``!`` or ``?``.

    Raises InputError for a text without words, or one that is too long.
    """
    check_text(text)
    spoken = fold_to_ascii(text)
    for step in STEPS:
        spoken = apply(step, spoken)
    spoken = apply(LONG_RUNS, lower_shouted(punctuate(spoken)))
    if not re.search("[A-Za-z]", spoken):
        raise InputError(f"text {text[:40]!r} has no words to speak: write a word or a number in Latin letters.")
    return spoken


def lower_shouted(text: str) -> str:
    """Text that is mostly in capitals in lower case, so that its words are not spelled out as initials."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    shouted = sum(word.isupper() for word in words)
    return text.lower() if len(words) >= 4 and shouted > 0.8 * len(words) else text
