"""Reference and recognised text -> word errors, blind to spelling.

Both sides are read aloud by ``core.text.english.normalize`` (digits, money, dates, abbreviations become words), then
lose case, punctuation and the differences between British and American spelling. jiwer aligns the words.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ...core.text.english.normalize import normalize_text
from ..tools import tool

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
    words = SEPARATORS.sub(" ", normalize_text(text).lower().replace("’", "'").replace("-", " "))
    for pattern, replacement in VARIANTS:
        words = re.sub(pattern, replacement, words)
    return words.replace("'", "").split()


def word_errors(reference: str, recognized: str) -> tuple[int, int]:
    """(substitutions + deletions + insertions, words of the reference)."""
    jiwer = tool("jiwer", "jiwer>=4")
    expected = spoken_words(reference)
    aligned = jiwer.process_words(" ".join(expected), " ".join(_regrouped(expected, spoken_words(recognized))))
    return aligned.substitutions + aligned.deletions + aligned.insertions, len(expected)


def _regrouped(reference: list[str], recognized: list[str]) -> list[str]:
    """Join or part compounds in ``recognized`` as ``reference`` writes them ("book shop", "bookshop")."""
    joined, parted = set(reference), {left + right: [left, right] for left, right in pairwise(reference)}
    words: list[str] = []
    for word in recognized:
        if words and words[-1] + word in joined:
            words[-1] += word
        else:
            words += parted[word] if word in parted and word not in joined else [word]
    return words
