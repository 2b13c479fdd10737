"""Pronunciations of known words.

An entry is a pronunciation, followed by variants for other parts of speech: a digit from TAG_DIGITS, then the
pronunciation. Keys keep their capitals (Polish, polish); lookups fall back from one case to the other. Regular forms of
known words are derived (inflection.py), so that the table holds stems.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .inflection import inflected

TAG_DIGITS = {"noun": "1", "verb": "2", "adjective": "3", "past": "4", "final": "5", "adverb": "6", "determiner": "7"}
VARIANT = re.compile("([1-7])")


class Lexicon:
    """Looks words up in a table of entries."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self.entries = entries

    def __contains__(self, word: str) -> bool:
        return self.entry(word) is not None

    def entry(self, word: str) -> str | None:
        """The entry of the word as written, else in lower case, else capitalised."""
        lower = word.lower()
        return self.entries.get(word) or self.entries.get(lower) or self.entries.get(lower.capitalize())

    def pronounce(self, word: str, tags: tuple[str, ...] = ()) -> str | None:
        """A word of the table, in the variant of the first of ``tags`` that has one."""
        entry = self.entry(word)
        if entry is None:
            return None
        usual, *rest = VARIANT.split(entry)
        variants = dict(zip(rest[::2], rest[1::2], strict=True))
        return next((variants[TAG_DIGITS[tag]] for tag in tags if TAG_DIGITS[tag] in variants), usual)

    def find(self, word: str, tags: tuple[str, ...] = ()) -> str | None:
        """A word of the table, or a regular form of one."""
        return self.pronounce(word, tags) or self.derive(word)

    def derive(self, word: str) -> str | None:
        """A regular form of a word in the table."""
        return inflected(word.lower(), lambda stem: self.pronounce(stem) if len(stem) > 1 else None)
