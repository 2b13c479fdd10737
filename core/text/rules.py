"""Rewriting rules: what normalisation steps are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Every match of ``pattern`` becomes ``replacement`` (a template, or a function of the match)."""

    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]


def rule(pattern: str, replacement: str | Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    return Rule(re.compile(pattern, flags), replacement)


def apply(rules: Iterable[Rule], text: str) -> str:
    """Apply rules one after the other."""
    for each in rules:
        text = each.pattern.sub(each.replacement, text)
    return text
