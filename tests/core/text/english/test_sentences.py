"""Sentences are short enough for one pass, hold every word, and are rarely very short."""

from __future__ import annotations

import random

from narrating_face.core.text.english.sentences import (
    MAX_SYMBOLS,
    MIN_SYMBOLS,
    split_by_symbols,
    symbol_count,
)

LONG = (
    "The writer went on and on without any stop because he had forgotten about the reader, who wants to breathe; "
    "when we listen to it at night it sounds like a river that flows."
)


def words(text: str) -> list[str]:
    return [word.strip(".,;!?") for word in text.split()]


def test_sentences_of_a_good_length_stay_whole() -> None:
    text = "This is quite a long sentence. Is this another long sentence? It surely is one more of them!"
    assert split_by_symbols(text) == [
        "This is quite a long sentence.",
        "Is this another long sentence?",
        "It surely is one more of them!",
    ]


def test_long_sentences_are_cut_at_punctuation_and_conjunctions() -> None:
    assert [part.split()[-1] for part in split_by_symbols(LONG)] == ["breathe;", "flows."]
    parts = split_by_symbols(LONG, max_symbols=60)
    assert words(" ".join(parts)) == words(LONG)
    assert all(part[-1] in ",;." for part in parts)
    assert [part.split()[0] for part in parts][:3] == ["The", "because", "who"]


def test_short_sentences_join_a_neighbour() -> None:
    assert split_by_symbols("Yes. I think so. No.") == ["Yes. I think so. No."]
    assert split_by_symbols("The house stands on a green hill. Yes!") == ["The house stands on a green hill. Yes!"]


def test_any_split_keeps_words_and_limits() -> None:
    generator = random.Random(3)
    for _ in range(200):
        letters = [("abcdefgh" * 3)[: generator.randint(1, 20)] for _ in range(generator.randint(1, 120))]
        text = " ".join(word + generator.choice(["", "", "", ",", ".", ";"]) for word in letters) + "."
        text = text.replace(",.", ".").replace(";.", ".").replace("..", ".")
        parts = split_by_symbols(text)
        assert words(" ".join(parts)) == words(text)
        assert all(symbol_count(part.split(), len) <= MAX_SYMBOLS for part in parts)
        assert sum(symbol_count(part.split(), len) < MIN_SYMBOLS for part in parts) <= 1 + len(parts) // 4


def test_a_single_long_word_stays_whole() -> None:
    assert split_by_symbols("a" * 400 + ".") == ["a" * 400 + "."]


def test_splitting_looks_at_each_word_a_logarithmic_number_of_times() -> None:
    def lengths_computed(count: int) -> int:
        calls = 0

        def length(word: str) -> int:
            nonlocal calls
            calls += 1
            return len(word)

        split_by_symbols("word " * count + ".", length)
        return calls

    assert lengths_computed(4_000) < 2.5 * lengths_computed(2_000)
