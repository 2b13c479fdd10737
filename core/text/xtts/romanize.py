"""Korean, Chinese (pinyin with tone digits) and Japanese (romaji) in Latin letters, as XTTS-v2 reads them.

Korean is transliterated letter by letter. Chinese and Japanese need a dictionary, the package ``pypinyin`` or
``cutlet``; text that is already in pinyin or romaji does not.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

from ...errors import InputError

FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3
INITIALS = "g kk n d tt l m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u weo we wi yu eu yi i".split(" ")
FINALS = ["", *"g kk gs n nj nh d l lg lm lb ls lt lp lh m b bs s ss ng j ch k t p h".split(" ")]
HAN = re.compile(r"[\u3400-\u9fff]")
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
FULL_WIDTH = str.maketrans("，。！？；：、（）", ",.!?;:,()")


def romanized(text: str, language: str) -> str:
    """``text`` in the letters of the vocabulary for ``language``. Raises InputError where a package is missing."""
    if language == "ko":
        return "".join(map(korean, text))
    if language == "zh-cn":
        return chinese(text.translate(FULL_WIDTH))
    if language == "ja":
        return japanese(text.translate(FULL_WIDTH))
    return text


def korean(sign: str) -> str:
    """A Hangul syllable as its letters; every other character as it is."""
    code = ord(sign) - FIRST_SYLLABLE
    if not 0 <= code <= LAST_SYLLABLE - FIRST_SYLLABLE:
        return sign
    initial, rest = divmod(code, len(VOWELS) * len(FINALS))
    vowel, final = divmod(rest, len(FINALS))
    return INITIALS[initial] + VOWELS[vowel] + FINALS[final]


def chinese(text: str) -> str:
    if not HAN.search(text):
        return text
    pypinyin = _package("pypinyin", "Chinese characters", "pinyin with tone digits")
    syllables = pypinyin.pinyin(text, style=pypinyin.Style.TONE3, heteronym=False, neutral_tone_with_five=True)
    return "".join(syllable[0] for syllable in syllables)


def japanese(text: str) -> str:
    if not JAPANESE.search(text):
        return text
    return _package("cutlet", "Japanese characters", "romaji").Cutlet().romaji(text).lower()


def _package(name: str, script: str, instead: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(
            f"text contains {script}, which need the package {name!r}: pip install {name}, or write {instead}."
        ) from error
