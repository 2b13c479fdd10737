"""Text -> the spelling that XTTS-v2 was trained on: lower case, with numbers, abbreviations and signs in words.

``faithful`` gives exactly the spelling of the reference implementation with its quirks (years as cardinals, "7pm" ->
"sevenpm", German units in capitals that the vocabulary lacks). Otherwise those are corrected, and typographic signs,
emoji and control characters that no vocabulary contains are replaced or dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .languages import LANGUAGES, SIGNS, WITHOUT_DOT
from .numbers import spoken_numbers

REPLACEMENTS = str.maketrans({
    "“": "", "”": "", "„": "", "«": "", "»": "", "‘": "'", "’": "'", "‚": "", "`": "'", "´": "'",
    "–": ", ", "—": ", ", "―": ", ", "−": "-", "‐": "-", "‑": "-", "…": "...", "•": ", ", "\u00a0": " ", "€": " euro ",
})  # fmt: skip
BEFORE_UNIT = re.compile(r"(?<=\d)(?=(am|pm|km|cm|mm|kg|mg|gb|mb|kb|hz|khz|ghz|mph)\b)")
SPOKEN_CATEGORIES = ("L", "M", "N", "P", "Z")  # Unicode categories: letters, marks, numbers, punctuation, spaces


def clean(text: str, language: str, faithful: bool = False) -> str:
    """``text`` as it is spelled in ``language``, one of LANGUAGES."""
    rules = LANGUAGES[language]
    text = text.replace('"', "").strip()
    if language == "tr":
        text = text.replace("İ", "i")
    if language in ("ja", "hi") and faithful:
        return _single_spaced(text.lower())
    text = text.lower() if faithful else without_quirks(text.lower())
    text = spoken_numbers(text, language, rules.english_commas, faithful)
    for pattern, full in _abbreviations(language):
        text = pattern.sub(full, text)
    for sign, name in zip(SIGNS, rules.signs, strict=True):
        text = text.replace(sign, f" {name} ").replace("  ", " ").strip()
    return _single_spaced(text) if faithful else without_unspoken(text)


def without_quirks(text: str) -> str:
    """Composed characters, and a space between a number and its unit: the reference misreads both."""
    return BEFORE_UNIT.sub(" ", unicodedata.normalize("NFC", text))


def without_unspoken(text: str) -> str:
    """Lower case, without signs that cannot be spoken and without doubled commas."""
    text = text.lower().translate(REPLACEMENTS)
    spoken = "".join(sign if unicodedata.category(sign)[0] in SPOKEN_CATEGORIES else " " for sign in text)
    spoken = re.sub(r"\s+([,.;:!?])", r"\1", _single_spaced(spoken))
    return re.sub(r",(\s*,)+", ",", spoken).strip(" ,;:-")


def _single_spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@lru_cache(maxsize=len(LANGUAGES))
def _abbreviations(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    end = r"\b" if language in WITHOUT_DOT else r"\."
    pairs = LANGUAGES[language].abbreviations
    return tuple((re.compile(rf"\b{re.escape(short)}{end}", re.IGNORECASE), full) for short, full in pairs)
