"""Written English -> words and ``!,.;?``: everything else is spelled out, mapped or dropped."""

from __future__ import annotations

import re

from ..errors import InputError
from .characters import fold
from .numbers import cardinal

MOST_CHARACTERS = 50_000


def normalise(text: str) -> str:
    """Text in letters, apostrophes, hyphens, spaces and ``!,.;?``; every sentence ends in ``.``, ``!`` or ``?``.

    Raises InputError when there is nothing to say, or far too much.
    """
    text = re.sub(r"\d+", lambda match: f" {cardinal(match.group())} ", fold(text))
    text = re.sub(r"[^A-Za-z'!,.;? -]+", " ", text)
    text = re.sub(r"\s+([!,.;?])", r"\1", " ".join(text.split()))
    if not re.search("[A-Za-z]", text):
        raise InputError("text is empty")
    return text if text[-1] in ".!?" else text + "."
