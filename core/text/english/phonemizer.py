"""Sentence -> phoneme string in the alphabet of symbols.py, with the token span of every word.

In: a sentence of ``normalize_text`` (letters, apostrophes, hyphens, spaces and ``!,.;?``). Out: the phonemes of words,
joined by spaces, with punctuation. Conventions are those of Kokoro's American English: function words are weak, an
unstressed word with a capital letter gets secondary stress, t is flapped inside words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .inflection import past, plural
from .lexicon import Lexicon
from .part_of_speech import tag_words
from .stress import (
    PRIMARY,
    SECONDARY,
    join_compound,
    join_letter_names,
    strengthened,
    stressed,
    weakened,
)
from .symbols import PUNCTUATION, VOWELS
from .words import Word

TOKEN = re.compile(rf"[A-Za-z]+(?:['-][A-Za-z]+)*'?|[{re.escape(PUNCTUATION)}]")
CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
CONTRACTIONS: dict[str, Callable[[str], str]] = {
    "'s": plural,
    "'d": past,
    "'ll": lambda host: host + "əl",
    "'ve": lambda host: host + "əv",
    "'re": lambda host: host + "əɹ",
    "n't": lambda host: host + "ᵊnt",
}
PLURAL_INITIALS, MAC_PREFIX = re.compile("[A-Z]{2,}s"), re.compile("Ma?c[A-Z][a-z]")
INITIALISMS = frozenset("US IT ID OS ER AD PM UN AKA ETA HR PR".split())
NEUTRAL = "ɐ"  # not counted as the vowel that "the" and "to" look for in the next word


@dataclass(frozen=True)
class WordContext:
    """What surrounds a word: its likely tags, the word before, the word after ("" beside punctuation)."""

    tags: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    vowel_follows: bool = False

    @property
    def final(self) -> bool:
        return not self.after


ISOLATED = WordContext(after=" ")


class Phonemizer:
    """Lexicon first, then rules for inflected forms and compounds, then ``fallback(lower-case letters)``."""

    def __init__(self, lexicon: Lexicon, fallback: Callable[[str], str]) -> None:
        self.lexicon = lexicon
        self.derive = lru_cache(maxsize=4096)(lexicon.derive)
        self.fallback = lru_cache(maxsize=4096)(fallback)

    def phonemize(self, sentence: str) -> tuple[str, tuple[Word, ...]]:
        """Phonemes of a normalised sentence, and each word with its span [first, last) in START + phonemes + END."""
        tokens = TOKEN.findall(sentence)
        spoken = self.pronounce_tokens(tokens)
        phonemes, words = "", []
        for token, sounds in zip(tokens, spoken, strict=True):
            if token in PUNCTUATION:
                phonemes += token if phonemes and phonemes[-1] not in PUNCTUATION else ""
            elif sounds:
                phonemes += " " if phonemes else ""
                words.append(Word(token, 1 + len(phonemes), 1 + len(phonemes) + len(sounds)))
                phonemes += sounds
        return phonemes, tuple(words)

    def pronounce_tokens(self, tokens: list[str]) -> list[str]:
        """The phonemes of every token, from right to left, because weak forms depend on the word that follows."""
        spoken, vowel_follows = [], False
        tags = tag_words([token.lower() for token in tokens])
        words = ["", *("" if token in PUNCTUATION else token for token in tokens), ""]
        for index in reversed(range(len(tokens))):
            if tokens[index] in PUNCTUATION:
                spoken.append(tokens[index])
                vowel_follows = False
                continue
            context = WordContext(tags[index], words[index], words[index + 2], vowel_follows)
            sounds = self.word(tokens[index], context)
            spoken.append(sounds)
            first = next((symbol for symbol in sounds if symbol not in STRESS_AND_NEUTRAL), "")
            vowel_follows = first in VOWELS if first else vowel_follows
        return spoken[::-1]

    def word(self, token: str, context: WordContext = ISOLATED) -> str:
        """The phonemes of one written word."""
        function = FUNCTION_WORDS.get(token.lower())
        if function is not None and not (token.isupper() and len(token) > 1):
            return function(token, context)
        if len(token) == 1:
            return self.letter(token)
        if token.isupper():
            return self.upper(token, context)
        sounds = self.known(token, context) or self.unknown(token)
        return stressed(sounds, SECONDARY) if token[0].isupper() else sounds

    def known(self, token: str, context: WordContext) -> str | None:
        tags = ("final", *context.tags) if context.final else context.tags
        word = token if token in self.lexicon else token.rstrip("'")
        return self.lexicon.pronounce(word, tags) or self.derive(word)

    def letter(self, token: str) -> str:
        return self.lexicon.pronounce(token.upper()) or ""

    def upper(self, token: str, context: WordContext) -> str:
        """A word in capitals: as a word if it is known (NASA, HELLO), else by its letters."""
        if token not in INITIALISMS:
            known = self.known(token, context)
            if known:
                return stressed(strengthened(known), PRIMARY)
        if "-" in token or "'" in token or (len(token) > 5 and re.search("[AEIOUY]", token)):
            return self.unknown(token)
        return self.spell(token)

    def unknown(self, token: str) -> str:
        """A word that is not in the lexicon: by its parts, else by the fallback."""
        parts = [part for part in token.strip("'").split("-") if part]
        if len(parts) > 1:
            return self.compound(parts)
        for ending, sound in CONTRACTIONS.items():
            if token.endswith(ending) and len(token) > len(ending):
                return sound(self.word(token[: -len(ending)]))
        if PLURAL_INITIALS.fullmatch(token):
            return plural(self.word(token[:-1]))
        if MAC_PREFIX.match(token):
            return "mək" + self.word(token[token.index("c") + 1 :])
        parts = CAMEL.findall(token)
        if len(parts) > 1 and not token.istitle():
            return self.compound(parts)
        letters = token.lower().replace("'", "")
        if not re.search("[aeiouy]", letters) and len(letters) < 6:
            return self.spell(letters)
        return self.two_words(letters) or self.fallback(letters)

    def spell(self, letters: str) -> str:
        return join_letter_names([self.letter(letter) for letter in letters])

    def compound(self, parts: list[str]) -> str:
        """Parts of a compound; after a single letter (T-shirt) the rest is weakened."""
        if all(len(part) == 1 for part in parts):
            return self.spell("".join(parts))
        sounds = [self.letter(part) if len(part) == 1 else self.word(part) for part in parts]
        if len(parts) == 2 and len(parts[0]) == 1:
            return sounds[0] + weakened(sounds[1])
        return join_compound(sounds)

    def two_words(self, token: str) -> str | None:
        """Two known words of at least four letters, written as one."""
        for cut in range(len(token) - 4, 3, -1):
            first, second = self.lexicon.find(token[:cut]), self.lexicon.find(token[cut:])
            if first and second:
                return join_compound([first, second])
        return None


STRESS_AND_NEUTRAL = PRIMARY + SECONDARY + NEUTRAL


def article(token: str, context: WordContext) -> str:
    """A capital within a sentence is the letter (vitamin A is, plan A.), except within a title (read A Tale)."""
    named = token == "A" and context.before and not context.after.istitle()
    return "ˈA" if named else NEUTRAL


def definite(token: str, context: WordContext) -> str:
    return "ði" if context.vowel_follows else "ðə"


def infinitive(token: str, context: WordContext) -> str:
    if context.final:
        return "tu"
    return "tʊ" if context.vowel_follows else "tə"


FUNCTION_WORDS: dict[str, Callable[[str, WordContext], str]] = {
    "a": article,
    "an": lambda token, context: NEUTRAL + "n",
    "the": definite,
    "to": infinitive,
    "i": lambda token, context: "ˌI",
    "in": lambda token, context: "ˈɪn" if context.final else "ɪn",
    "am": lambda token, context: "æm" if context.final else NEUTRAL + "m",
}
