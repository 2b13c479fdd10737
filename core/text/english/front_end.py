"""The English front end: text -> sentences with phonemes and words, each short enough for one pass of the decoder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .normalize import normalize_text
from .phonemizer import Phonemizer
from .sentences import MAX_SYMBOLS, split_by_symbols
from .words import Word


@dataclass(frozen=True)
class EnglishSentence:
    """Normalised text, its phonemes, and the span of each word in START + phonemes + END."""

    text: str
    phonemes: str
    words: tuple[Word, ...]


class EnglishFrontEnd:
    """Normalise, split, phonemise. A sentence has at most ``max_symbols`` phoneme symbols."""

    def __init__(self, phonemizer: Phonemizer, max_symbols: int = MAX_SYMBOLS) -> None:
        self.phonemizer = phonemizer
        self.max_symbols = max_symbols
        self.length = lru_cache(maxsize=4096)(self._length)

    def sentences(self, text: str) -> list[EnglishSentence]:
        """The sentences of ``text``, at most about ten seconds of speech each.

        Raises InputError for a text without words, or one that is too long.
        """
        sentences = split_by_symbols(normalize_text(text), self.length, self.max_symbols)
        return [EnglishSentence(sentence, *self.phonemizer.phonemize(sentence)) for sentence in sentences]

    def _length(self, word: str) -> int:
        """Number of phoneme symbols of one written word with its punctuation."""
        letters = re.sub(r"[^A-Za-z'-]", "", word)
        return (len(self.phonemizer.word(letters)) if letters else 0) + len(word) - len(letters)
