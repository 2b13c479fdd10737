"""Rewriting rules, which the steps of normalisation are made of: a pattern and its replacement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Rule:
    """Every match of ``source`` becomes ``replacement`` (a template, or a function of the match)."""

    source: str
    replacement: str | Callable[[re.Match[str]], str]
    flags: int = 0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled at first use, so that importing costs nothing."""
        return re.compile(self.source, self.flags)


def apply(rules: Iterable[Rule], text: str) -> str:
    """Apply rules one after the other."""
    for rule in rules:
        text = rule.pattern.sub(rule.replacement, text)
    return text


def alternatives(names: Iterable[str]) -> str:
    """A pattern that matches any of ``names``, the longest first."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
