"""Pronunciations of known words.

An entry is a pronunciation, followed by variants where the word sounds different by its use: a digit
from USES, then the pronunciation. Keys keep their capitals (Polish, polish); lookups fall back from one
case to the other. Regular forms of known words are derived (inflection.py), so the table holds stems.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .inflection import inflected

USES = {"noun": "1", "verb": "2", "adjective": "3", "past": "4", "final": "5", "adverb": "6", "determiner": "7"}
VARIANT = re.compile("([1-7])")


class Lexicon:
    """Looks words up in a table of entries."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self.entries = entries

    def __contains__(self, word: str) -> bool:
        return self.entry(word) is not None

    def entry(self, word: str) -> str | None:
        """The entry in the case it is written in, else in lower case, else as a name."""
        lower = word.lower()
        return self.entries.get(word) or self.entries.get(lower) or self.entries.get(lower.capitalize())

    def pronounce(self, word: str, uses: tuple[str, ...] = ()) -> str | None:
        """A word of the table, as it sounds in the first of ``uses`` that makes a difference."""
        entry = self.entry(word)
        if entry is None:
            return None
        usual, *rest = VARIANT.split(entry)
        variants = dict(zip(rest[::2], rest[1::2], strict=True))
        return next((variants[USES[use]] for use in uses if USES[use] in variants), usual)

    def find(self, word: str, uses: tuple[str, ...] = ()) -> str | None:
        """A word of the table, or a regular form of one."""
        return self.pronounce(word, uses) or self.derive(word)

    def derive(self, word: str) -> str | None:
        """A regular form of a word in the table."""
        return inflected(word.lower(), lambda stem: self.pronounce(stem) if len(stem) > 1 else None)
