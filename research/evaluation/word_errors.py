"""Reference and heard text -> word error rate, blind to spelling.

Both sides are read aloud by ``core.text.english.normalize`` (digits, money, dates, abbreviations become words), then
lose case, punctuation and the differences between British and American spelling.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ...core.text.english.normalize import normalize

VARIANTS = (
    (r"(\w{3,})isation", r"\1ization"),
    (r"(\w{3,})ise(d|s|r)?\b", r"\1ize\2"),
    (r"(\w{3,})ising\b", r"\1izing"),
    (r"\b(col|fav|hon|lab|neighb|harb|hum|rum|vap|behavi|flav)our", r"\1or"),
    (r"\bgrey", "gray"),
    (r"\b(cent|theat|met|lit|fib)re(s?)\b", r"\1er\2"),
    (r"(\w{2,}[aeiou])ll(ed|ing|er|ous)\b", r"\1l\2"),
    (r"\bokay\b", "ok"),
    (r"\bmister\b", "mr"),
    (r"\bmissus\b|\bmisses\b", "mrs"),
    (r"\bdoctor\b", "dr"),
)
SEPARATORS = re.compile(r"[^a-z' ]+")


def spoken_words(text: str) -> list[str]:
    """Lower-case words as they sound, in one spelling; none for a text without any."""
    if not re.search(r"[^\W_]", text):
        return []
    words = SEPARATORS.sub(" ", normalize(text).lower().replace("’", "'").replace("-", " "))
    for pattern, replacement in VARIANTS:
        words = re.sub(pattern, replacement, words)
    return words.replace("'", "").split()


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """(substitutions + deletions + insertions, words of the reference)."""
    wanted, got = spoken_words(reference), _regroup(spoken_words(reference), spoken_words(heard))
    row = list(range(len(got) + 1))
    for index, word in enumerate(wanted, 1):
        above, row = row, [index]
        for column, other in enumerate(got, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (word != other)))
    return row[-1], len(wanted)


def word_error_rate(reference: str, heard: str) -> float:
    """Errors per word of the reference: 0 is perfect."""
    errors, words = word_errors(reference, heard)
    return errors / max(words, 1)


def _regroup(reference: list[str], heard: list[str]) -> list[str]:
    """Join or part compounds in ``heard`` as ``reference`` writes them ("book shop", "bookshop")."""
    joined, parted = set(reference), {left + right: [left, right] for left, right in pairwise(reference)}
    words: list[str] = []
    for word in heard:
        if words and words[-1] + word in joined:
            words[-1] += word
        else:
            words += parted[word] if word in parted and word not in joined else [word]
    return words
