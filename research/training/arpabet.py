"""ARPABET of the CMU dictionary -> the alphabet of core.text.english.symbols, with the allophones of the lexicon.

A t between vowels is flapped before an unstressed one; unstressed vowels are reduced; -es and -ed keep ᵻ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.text.english.symbols import PUNCTUATION, SYMBOLS

VOWELS = {
    "AA": "ɑ",
    "AE": "æ",
    "AH": "ʌ",
    "AO": "ɔ",
    "AW": "W",
    "AY": "I",
    "EH": "ɛ",
    "ER": "ɜɹ",
    "EY": "A",
    "IH": "ɪ",
    "IY": "i",
    "OW": "O",
    "OY": "Y",
    "UH": "ʊ",
    "UW": "u",
}
REDUCED = VOWELS | {"AH": "ə", "ER": "əɹ"}
CONSONANTS = {
    "CH": "ʧ",
    "DH": "ð",
    "G": "ɡ",
    "HH": "h",
    "JH": "ʤ",
    "NG": "ŋ",
    "R": "ɹ",
    "SH": "ʃ",
    "TH": "θ",
    "Y": "j",
    "ZH": "ʒ",
}
MARKS = {"0": "", "1": "ˈ", "2": "ˌ"}
ALLOPHONES = (
    (re.compile(r"(?<=[AIOWYiuæɑəɛɪɹʊʌɔ])t(?=[AIOWYiuəɪ])"), "T"),
    (re.compile(r"(?<=[szʃʒʧʤ])[əɪ]z$"), "ᵻz"),
    (re.compile(r"(?<=[tTd])[əɪ]d$"), "ᵻd"),
    (re.compile(r"(?<![ˈˌ])ɪ(?=[Ttdmnzɡθlbpfhw])(?!ŋ)"), "ə"),
    (re.compile(r"(?<=[bdfkmnpstvzɡʃʧT])əl(?=[zd]?$)"), "ᵊl"),
    (re.compile(r"(?<=[dst])ən(?![AIOWYiuæɑəɛɪʊʌɔˈˌ])"), "ᵊn"),
)


def arpabet_to_phonemes(phones: list[str]) -> str:
    """["P", "AE1", "T", "IY0"] -> "pˈæTi"."""
    phonemes = ""
    for phone in phones:
        if phone[-1].isdigit():
            table = REDUCED if phone[-1] == "0" else VOWELS
            phonemes += MARKS[phone[-1]] + table[phone[:-1]]
        else:
            phonemes += CONSONANTS.get(phone, phone.lower())
    for pattern, sound in ALLOPHONES:
        phonemes = pattern.sub(sound, phonemes)
    return phonemes


def read_cmudict(text: str) -> Iterator[tuple[str, str]]:
    """The first pronunciation of every word in a file like cmudict.dict."""
    for line in text.splitlines():
        word, *phones = line.split("#")[0].split() or [""]
        if phones and word.isalpha():
            pronunciation = arpabet_to_phonemes(phones)
            if set(pronunciation) <= set(SYMBOLS) - set(PUNCTUATION):
                yield word, pronunciation
