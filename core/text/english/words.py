"""The words of a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A written word and the tokens [first, last) of its sentence that speak it."""

    text: str
    first: int
    last: int
