"""Any punctuation -> ``!,.;?`` with single spaces, and a mark at the end of every line."""

from __future__ import annotations

import re

from .rules import Rule, apply

LINE_ENDS = (
    Rule(r"[ \t]*\n[ \t]*", "\n"),
    Rule(r"(?<=[\w,])\n(?=[a-z])", " "),
    Rule(r"(?<=[^\n.!?;])\n+", ".\n"),
    Rule(r"\n+", " "),
)

MARKS = (
    Rule(r"\.{2,}(?=\s*[a-z])", ", "),
    Rule(r"\.{2,}", ". "),
    Rule(r"\s*(?:—|--+)\s*|\s+[-–]+\s+|(?<=\w)–(?=\w)", ", "),
    Rule(r":(?=\s|$|[A-Za-z\"'(])", ", "),
    Rule(r"\s*[(\[{]\s*", ", "),
    Rule(r"\s*[)\]}]\s*(?=[!,.;?])", ""),
    Rule(r"\s*[)\]}]\s*", ", "),
    Rule(r"\s*\|\s*", ", "),
    Rule(r"(?<![A-Za-z])'+|'+(?![A-Za-z])(?<!s')", " "),
    Rule(r"[^A-Za-z'!,.;?\s-]+", " "),
    Rule(r"(?<![A-Za-z])-+|-+(?![A-Za-z])", " "),
    Rule(r"(?<=[a-z])([.!?;,])(?=[A-Za-z])", r"\1 "),
    Rule(r"'(?=[\s!,.;?])(?<!s')|(?<=[\s!,.;?])'", ""),
)

SPACING = (
    Rule(r"\s+", " "),
    Rule(r"\s+(?=[!,.;?])", ""),
    Rule(r"([!,.;?])(?=[^\s!,.;?])", r"\1 "),
)


def strongest(match: re.Match[str]) -> str:
    """The strongest of several marks in a row: "?!" is a question, ",." ends the sentence."""
    return next(mark for mark in "?!.;," if mark in match.group())


MERGED = (
    Rule(r"[!,.;?](?:\s*[!,.;?])+", strongest),
    Rule(r"^[\s!,.;?-]+", ""),
)


def punctuate(text: str) -> str:
    """Letters, apostrophes, hyphens and ``!,.;?`` only; text without a final mark gets a full stop."""
    text = apply(MERGED, apply(SPACING, apply(MARKS, apply(LINE_ENDS, text)))).strip(" -'")
    text = text.rstrip(",; ") if text.rstrip(" ").endswith((",", ";")) else text
    return text if not text or text[-1] in ".!?" else text + "."
