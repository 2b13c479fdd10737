"""Rewriting rules: what normalisation steps are made of."""

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
    for each in rules:
        text = each.pattern.sub(each.replacement, text)
    return text
