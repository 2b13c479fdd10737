"""Normalised text -> sentences that are each spoken in one pass.

``length(word)`` is the number of phoneme symbols of a word; speech has about 15 symbols a second, so that MAX_SYMBOLS
last about ten seconds. Longer sentences are cut at punctuation, else before a conjunction, else between words; very
short ones join their neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Length = Callable[[str], int]

MAX_SYMBOLS, MIN_SYMBOLS = 150, 24
SENTENCE = re.compile(r"[^.!?]+[.!?]*")
CONJUNCTIONS = frozenset(
    "and or but nor so because although though while when where which who that if unless since until after "
    "before as than with without for from into".split()
)
COSTS = {";": 0.0, ",": 0.3}  # of a cut, added to its distance from the middle (1 at the ends)
CONJUNCTION_COST, WORD_COST = 0.6, 0.9


def split_by_symbols(text: str, length: Length = len, max_symbols: int = MAX_SYMBOLS) -> list[str]:
    """Sentences in order; together they hold every word of ``text`` once."""
    sentences = [match.group().strip() for match in SENTENCE.finditer(text)]
    parts = [part for sentence in sentences if sentence for part in split_to_fit(sentence.split(), length, max_symbols)]
    return merge_short(parts, length, max_symbols)


def symbol_count(words: list[str], length: Length) -> int:
    """Number of phoneme symbols of words and of the spaces after them."""
    return sum(length(word) + 1 for word in words)


def split_to_fit(words: list[str], length: Length, max_symbols: int) -> list[str]:
    """Cut a list of words in two until every part fits; a single word is never cut."""
    if symbol_count(words, length) <= max_symbols or len(words) == 1:
        return [punctuated(" ".join(words))]
    cut = cheapest_cut(words, length)
    return split_to_fit(words[:cut], length, max_symbols) + split_to_fit(words[cut:], length, max_symbols)


def punctuated(part: str) -> str:
    """A part that ends within a sentence gets a comma, so that its intonation stays open."""
    return part if part[-1] in ".!?,;" else part + ","


def cheapest_cut(words: list[str], length: Length) -> int:
    """The index in 1..len-1 with the least sum of the cut's cost and its distance from the middle."""
    half = symbol_count(words, length) / 2
    so_far, cuts = 0.0, []
    for index in range(1, len(words)):
        so_far += length(words[index - 1]) + 1
        cuts.append((abs(so_far - half) / half + cut_cost(words[index - 1], words[index]), index))
    return min(cuts)[1]


def cut_cost(before: str, after: str) -> float:
    """Cost of a cut between two words."""
    return COSTS.get(before[-1], CONJUNCTION_COST if after.lower() in CONJUNCTIONS else WORD_COST)


def merge_short(parts: list[str], length: Length, max_symbols: int) -> list[str]:
    """Join a very short part with the part before it, or else with the part after it."""
    merged: list[str] = []
    for part in parts:
        short = bool(merged) and min(symbol_count(each.split(), length) for each in (merged[-1], part)) < MIN_SYMBOLS
        if short and symbol_count(merged[-1].split() + part.split(), length) <= max_symbols:
            merged[-1] += " " + part
        else:
            merged.append(part)
    return merged
