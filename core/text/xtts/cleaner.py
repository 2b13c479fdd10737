"""Written text -> the spelling that XTTS-v2's vocabulary was made for: lower case, figures, abbreviations, signs read.

``faithful`` gives exactly the reference's spelling, oddities included (years as cardinals, "7pm" -> "sevenpm", German
units with capitals that the vocabulary lacks). Otherwise those are mended, and typographic signs, emoji and control
characters that no vocabulary holds are folded or dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .languages import LANGUAGES, SIGNS, WITHOUT_DOT
from .numbers import spoken_numbers

FOLDED = str.maketrans({
    "“": "", "”": "", "„": "", "«": "", "»": "", "‘": "'", "’": "'", "‚": "", "`": "'", "´": "'",
    "–": ", ", "—": ", ", "―": ", ", "−": "-", "‐": "-", "‑": "-", "…": "...", "•": ", ", "\u00a0": " ", "€": " euro ",
})  # fmt: skip
UNIT_BEHIND_NUMBER = re.compile(r"(?<=\d)(?=(am|pm|km|cm|mm|kg|mg|gb|mb|kb|hz|khz|ghz|mph)\b)")
SPEAKABLE = ("L", "M", "N", "P", "Z")  # Unicode categories: letters, marks, numbers, punctuation, spaces


def clean(text: str, language: str, faithful: bool = False) -> str:
    """``text`` in ``language`` (one of LANGUAGES) as it is read."""
    own = LANGUAGES[language]
    text = text.replace('"', "").strip()
    if language == "tr":
        text = text.replace("İ", "i")
    if language in ("ja", "hi") and faithful:
        return _collapsed(text.lower())
    text = text.lower() if faithful else mended(text.lower())
    text = spoken_numbers(text, language, own.english_commas, faithful)
    for pattern, full in _abbreviations(language):
        text = pattern.sub(full, text)
    for sign, name in zip(SIGNS, own.signs, strict=True):
        text = text.replace(sign, f" {name} ").replace("  ", " ").strip()
    return _collapsed(text) if faithful else tidied(text)


def mended(text: str) -> str:
    """What the reference trips over, before figures are read."""
    return UNIT_BEHIND_NUMBER.sub(" ", unicodedata.normalize("NFC", text))


def tidied(text: str) -> str:
    """Lower case after all, no signs that cannot be spoken, no doubled commas."""
    text = text.lower().translate(FOLDED)
    spoken = "".join(sign if unicodedata.category(sign)[0] in SPEAKABLE else " " for sign in text)
    spoken = re.sub(r"\s+([,.;:!?])", r"\1", _collapsed(spoken))
    return re.sub(r",(\s*,)+", ",", spoken).strip(" ,;:-")


def _collapsed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@lru_cache(maxsize=len(LANGUAGES))
def _abbreviations(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    end = r"\b" if language in WITHOUT_DOT else r"\."
    pairs = LANGUAGES[language].abbreviations
    return tuple((re.compile(rf"\b{re.escape(short)}{end}", re.IGNORECASE), full) for short, full in pairs)
