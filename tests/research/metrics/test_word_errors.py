"""Word errors are blind to spelling, and only to that."""

import pytest
from narrating_face.research.evaluation.sentences import SENTENCES
from narrating_face.research.metrics.word_errors import word_errors


@pytest.mark.parametrize(
    ("reference", "recognized"),
    [
        ("There are 365 days.", "there are three hundred sixty-five days"),
        ("The colour was grey!", "The color was gray."),
        ("They organised a traveller's meeting", "they organized a traveler's meeting"),
        ("A book shop near the sea side", "A bookshop near the seaside."),
        ("A bookshop near the sea", "A book shop near the sea."),
        ("Doctor Green", "Dr. Green"),
        ("It's the cat’s", "it's the cat's"),
    ],
)
def test_spelling_is_no_error(reference: str, recognized: str) -> None:
    assert word_errors(reference, recognized)[0] == 0


def test_errors_are_counted() -> None:
    assert word_errors("one two three four", "one too three four five") == (2, 4)
    assert word_errors("one two three", "one three") == (1, 3)
    assert word_errors("hello there", "") == (2, 2)
    assert word_errors("...", "hello") == (1, 0)


def test_there_are_a_hundred_sentences() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) == 100
