"""Normalised text -> pieces that are each spoken in one pass.

A piece is a sentence where that fits. ``length(word)`` is the number of phoneme symbols of a word; speech
has about 15 symbols a second, so that MOST symbols last about ten seconds. Longer sentences are cut at
punctuation, else before a conjunction, else between words; very short ones join their neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Length = Callable[[str], int]

MOST, LEAST = 150, 24
SENTENCE = re.compile(r"[^.!?]+[.!?]*")
CONJUNCTIONS = frozenset(
    "and or but nor so because although though while when where which who that if unless since until after "
    "before as than with without for from into".split()
)
COSTS = {";": 0.0, ",": 0.3}  # of a cut, to weigh against its distance from the middle in halves of the piece
CONJUNCTION_COST, WORD_COST = 0.6, 0.9


def split_sentences(text: str, length: Length = len, most: int = MOST) -> list[str]:
    """Pieces in order; together they hold every word of ``text`` once."""
    sentences = [match.group().strip() for match in SENTENCE.finditer(text)]
    pieces = [piece for sentence in sentences if sentence for piece in fitting(sentence.split(), length, most)]
    return joined(pieces, length, most)


def symbols(words: list[str], length: Length) -> int:
    """How long words sound, with the spaces between them."""
    return sum(length(word) + 1 for word in words)


def fitting(words: list[str], length: Length, most: int) -> list[str]:
    """Halve a list of words until every part fits."""
    if symbols(words, length) <= most or len(words) == 1:
        return [ended(" ".join(words))]
    cut = best_cut(words, length)
    return fitting(words[:cut], length, most) + fitting(words[cut:], length, most)


def ended(piece: str) -> str:
    """A piece that stops inside a sentence ends in a comma, so that it is spoken as unfinished."""
    return piece if piece[-1] in ".!?,;" else piece + ","


def best_cut(words: list[str], length: Length) -> int:
    """The index in 1..len-1 near the middle where a cut is heard least."""
    half = symbols(words, length) / 2
    so_far, cuts = 0.0, []
    for index in range(1, len(words)):
        so_far += length(words[index - 1]) + 1
        cuts.append((abs(so_far - half) / half + cut_cost(words[index - 1], words[index]), index))
    return min(cuts)[1]


def cut_cost(before: str, after: str) -> float:
    return COSTS.get(before[-1], CONJUNCTION_COST if after.lower() in CONJUNCTIONS else WORD_COST)


def joined(pieces: list[str], length: Length, most: int) -> list[str]:
    """Join a very short piece with the one after it, or the one before it at the end."""
    out: list[str] = []
    for piece in pieces:
        short = bool(out) and min(symbols(out[-1].split(), length), symbols(piece.split(), length)) < LEAST
        if short and symbols(out[-1].split() + piece.split(), length) <= most:
            out[-1] += " " + piece
        else:
            out.append(piece)
    return out
