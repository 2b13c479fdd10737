"""Any text becomes sentences in the alphabet, or raises one clear InputError."""

from __future__ import annotations

import random
import re

import pytest
from narrating_face.core.errors import InputError
from narrating_face.core.text.english.front_end import EnglishFrontEnd
from narrating_face.core.text.english.phonemizer import Phonemizer, WordContext
from narrating_face.core.text.english.symbols import PUNCTUATION, encode

FRAGMENTS = [
    *"$€£,.-–—'\"/:;!?()[]@#%&*+=<>~_|^` \n\t",
    *"1 2 34 1990 1,000 00 000 ½ am pm a.m. No. St. Dr. e.g. US U.S. IV Ph.D. March Mar. km °C m² k bn x".split(),
    *"http:// www. a.com cat Dogs THE I A é ß 世 😀 th st s 's n't 𝒜 Ⅷ ① Henry".split(),
    "\u200b",
    "\u0301",
    "\x00",
    "\ud800",
]
ARTICLE = (
    "Dr. Smith paid $3.50 for 25 apples at 3:45 pm on March 4th, 2025; the U.S. economy grew 2.5% in 1984! "
    "“Is that so?” asked Henry VIII, who lived at No. 5, Main St. — and he went home, and slept until noon. "
)


def random_text(generator: random.Random) -> str:
    kind = generator.randrange(3)
    if kind == 0:
        return "".join(
            chr(generator.choice([generator.randrange(0x250), generator.randrange(0x1FFFF)])) for _ in range(40)
        )
    if kind == 1:
        return "".join(chr(generator.randrange(32, 127)) for _ in range(60))
    return "".join(generator.choice(FRAGMENTS) for _ in range(generator.randrange(30)))


def check(front_end: EnglishFrontEnd, text: str) -> None:
    for sentence in front_end.sentences(text):
        framed = "^" + sentence.phonemes + "$"
        assert len(encode(sentence.phonemes)) == len(framed)
        assert sentence.phonemes[-1] in PUNCTUATION
        assert len(sentence.phonemes) <= 165 or len(sentence.words) == 1
        end = 0
        for word in sentence.words:
            assert end <= word.first < word.last < len(framed)
            assert set(framed[end : word.first]) <= set("^ " + PUNCTUATION)
            assert not set(framed[word.first : word.last]) & set(" " + PUNCTUATION)
            end = word.last
        assert set(framed[end:]) <= set("$" + PUNCTUATION)
        written = re.findall(r"[A-Za-z'-]+", sentence.text)
        assert [word.text.strip("'-") for word in sentence.words] == [word.strip("'-") for word in written]


@pytest.mark.parametrize("seed", range(10))
def test_random_text_is_phonemised_or_refused(front_end: EnglishFrontEnd, seed: int) -> None:
    generator = random.Random(seed)
    for _ in range(30):
        text = random_text(generator)
        try:
            check(front_end, text)
        except InputError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("text", ["a" * 3000, "1" * 3000, "1/" * 1500, "A. " * 1000, "(" * 3000 + "x", "<a" * 1500])
def test_monotonous_text_is_phonemised(front_end: EnglishFrontEnd, text: str) -> None:
    check(front_end, text)


def test_five_thousand_characters_are_split_into_sentences(front_end: EnglishFrontEnd) -> None:
    text = (ARTICLE * 30)[:5000]
    check(front_end, text)
    assert 25 < len(front_end.sentences(text)) < 120


def test_the_length_of_each_distinct_word_is_computed_once(phonemizer: Phonemizer, monkeypatch) -> None:
    pronounced: list[str] = []
    pronounce = Phonemizer.word

    def counted(self: Phonemizer, token: str, *context: WordContext) -> str:
        if not context:
            pronounced.append(token)
        return pronounce(self, token, *context)

    monkeypatch.setattr(Phonemizer, "word", counted)
    EnglishFrontEnd(phonemizer).sentences("The quick brown fox jumps over the lazy dog " * 100)
    words = set("The quick brown fox jumps over the lazy dog".split())
    assert set(pronounced) == words
    assert len(pronounced) <= 2 * len(words)  # without and with punctuation


def test_the_words_of_a_sentence_are_spans_of_its_phonemes(front_end: EnglishFrontEnd) -> None:
    (sentence,) = front_end.sentences("Hello")
    assert (sentence.text, sentence.phonemes) == ("Hello.", "həlˈO.")
    assert [(word.text, word.first, word.last) for word in sentence.words] == [("Hello", 1, 6)]
