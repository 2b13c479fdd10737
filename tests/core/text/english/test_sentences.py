"""Pieces are short enough to speak, hold every word, and are no crumbs."""

from __future__ import annotations

import random

from narrating_face.core.text.english.sentences import (
    LEAST,
    MOST,
    split_sentences,
    symbols,
)

LONG = (
    "The writer went on and on without any stop because he had forgotten about the reader, who wants to breathe; "
    "when we listen to it at night it sounds like a river that flows."
)


def words(text: str) -> list[str]:
    return [word.strip(".,;!?") for word in text.split()]


def test_sentences_are_pieces() -> None:
    text = "This is quite a long sentence. Is this another long sentence? It surely is one more of them!"
    assert split_sentences(text) == [
        "This is quite a long sentence.",
        "Is this another long sentence?",
        "It surely is one more of them!",
    ]


def test_long_sentences_are_cut_where_it_is_heard_least() -> None:
    assert [piece.split()[-1] for piece in split_sentences(LONG)] == ["breathe;", "flows."]
    pieces = split_sentences(LONG, most=60)
    assert words(" ".join(pieces)) == words(LONG)
    assert all(piece[-1] in ",;." for piece in pieces)
    assert [piece.split()[0] for piece in pieces][:3] == ["The", "because", "who"]


def test_short_sentences_join_a_neighbour() -> None:
    assert split_sentences("Yes. I think so. No.") == ["Yes. I think so. No."]
    assert split_sentences("The house stands on a green hill. Yes!") == ["The house stands on a green hill. Yes!"]


def test_any_split_keeps_words_and_limits() -> None:
    generator = random.Random(3)
    for _ in range(200):
        letters = [("abcdefgh" * 3)[: generator.randint(1, 20)] for _ in range(generator.randint(1, 120))]
        text = " ".join(word + generator.choice(["", "", "", ",", ".", ";"]) for word in letters) + "."
        text = text.replace(",.", ".").replace(";.", ".").replace("..", ".")
        pieces = split_sentences(text)
        assert words(" ".join(pieces)) == words(text)
        assert all(symbols(piece.split(), len) <= MOST for piece in pieces)
        assert sum(symbols(piece.split(), len) < LEAST for piece in pieces) <= 1 + len(pieces) // 4


def test_one_endless_word_is_left_whole() -> None:
    assert split_sentences("a" * 400 + ".") == ["a" * 400 + "."]
