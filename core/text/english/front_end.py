"""Text -> sentences ready for the acoustic path: the whole English front end behind one call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .normalize import normalize
from .phonemes import Phonemizer
from .sentences import MOST, split_sentences
from .words import Word


@dataclass(frozen=True)
class EnglishSentence:
    """One piece of speech: normalised text, phonemes, and each word's tokens in START + phonemes + END."""

    text: str
    phonemes: str
    words: tuple[Word, ...]


class EnglishFrontEnd:
    """Normalise, split, phonemise."""

    def __init__(self, phonemizer: Phonemizer, most: int = MOST) -> None:
        self.phonemizer = phonemizer
        self.most = most
        self.length = lru_cache(maxsize=4096)(self._length)

    def sentences(self, text: str) -> list[EnglishSentence]:
        """The pieces of ``text``, each about ten seconds of speech at most.

        Raises InputError when there is nothing to say.
        """
        pieces = split_sentences(normalize(text), self.length, self.most)
        return [EnglishSentence(piece, *self.phonemizer.phonemize(piece)) for piece in pieces]

    def _length(self, word: str) -> int:
        """Phoneme symbols of one written word with its punctuation."""
        letters = re.sub(r"[^A-Za-z'-]", "", word)
        return (len(self.phonemizer.word(letters)) if letters else 0) + len(word) - len(letters)
