"""Pronunciation of regular forms (plural, past, -ing, affixes) of words whose stem is in the lexicon.

In: a spelling and a function that pronounces known stems. Out: a pronunciation in the alphabet of symbols.py, or
None. American English: a t between vowels is flapped (T) before -ed and -ing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Pronounce = Callable[[str], "str | None"]

SIBILANTS = "szʃʒʧʤ"
VOICELESS = "ptkfθ"
FLAP_BEFORE_T = "AIOWYiuæɑəɛɪɹʊʌ"
DOUBLED = re.compile(r"([bdfgklmnprstvz])\1$")
PREFIXES = {
    "anti": "ˌænti",
    "counter": "kˌWntəɹ",
    "hyper": "hˌIpəɹ",
    "inter": "ˌɪntəɹ",
    "micro": "mˌIkɹO",
    "mid": "mˌɪd",
    "mis": "mˌɪs",
    "multi": "mˌʌlti",
    "non": "nˌɑn",
    "out": "ˌWt",
    "over": "ˌOvəɹ",
    "post": "pˌOst",
    "pre": "pɹˌi",
    "re": "ɹˌi",
    "semi": "sˌɛmi",
    "sub": "sˌʌb",
    "super": "sˌupəɹ",
    "un": "ˌʌn",
    "under": "ˌʌndəɹ",
}
SUFFIXES = {
    "ness": "nəs",
    "less": "ləs",
    "ful": "fᵊl",
    "ment": "mənt",
    "like": "lˌIk",
    "wise": "wˌIz",
    "ship": "ʃˌɪp",
    "proof": "pɹˌuf",
    "ish": "ɪʃ",
}


def plural(stem: str) -> str:
    """The sound of -s and -'s."""
    if stem[-1] in SIBILANTS:
        return stem + "ᵻz"
    return stem + ("s" if stem[-1] in VOICELESS else "z")


def past(stem: str) -> str:
    """The sound of -ed."""
    if stem[-1] == "d":
        return stem + "ᵻd"
    if stem[-1] == "t":
        return flapped(stem) + "ᵻd"
    return stem + ("t" if stem[-1] in "pkfθʃsʧ" else "d")


def flapped(stem: str) -> str:
    """A final t after a vowel or r becomes a flap."""
    return stem[:-1] + "T" if len(stem) > 1 and stem[-1] == "t" and stem[-2] in FLAP_BEFORE_T else stem


def progressive(stem: str) -> str:
    """The sound of -ing."""
    return flapped(stem) + "ɪŋ"


def comparative(stem: str) -> str:
    """The sound of -er."""
    return flapped(stem) + "əɹ"


def superlative(stem: str) -> str:
    """The sound of -est."""
    return flapped(stem) + "əst"


def adverb(stem: str) -> str:
    """The sound of -ly; one l is enough after a syllabic or plain l."""
    return stem[:-1] + "li" if stem[-1] == "l" else stem + "li"


def stems(word: str, ending: str) -> Iterator[str]:
    """Possible stems of a word with a vowel ending: rated -> rat, rate; running -> run; tried -> try."""
    rest = word[: -len(ending)]
    if DOUBLED.search(rest) and not rest.endswith(("ll", "ss", "ff", "zz")):
        yield rest[:-1]
    if rest.endswith("i"):
        yield rest[:-1] + "y"
    if silent_e(rest):
        yield rest + "e"
    yield rest
    yield rest + "e"
    if DOUBLED.search(rest):
        yield rest[:-1]


def silent_e(rest: str) -> bool:
    """Whether a stem without its ending most likely ended in e: one vowel letter, one consonant letter."""
    return bool(re.search(r"(?:^|[^aeiou])[aeiouy][^aeiouywx]$|[vcsguz]$", rest)) and not rest.endswith(("ss", "ng"))


def plural_stems(word: str) -> Iterator[str]:
    if word.endswith(("'s", "s'")):
        yield word[:-2] if word.endswith("'s") else word[:-1]
        return
    if word.endswith("ies") and len(word) > 4:
        yield word[:-3] + "y"
    if not word.endswith("ss"):
        yield word[:-1]
    if re.search(r"(s|x|z|ch|sh|o)es$", word):
        yield word[:-2]


def endings(word: str) -> Iterator[tuple[Callable[[str], str], Iterator[str]]]:
    """Each ending that a spelling may have: a function that adds its sound, and the possible stems."""
    if word.endswith(("s", "s'")):
        yield plural, plural_stems(word)
    if word.endswith("ed"):
        yield past, stems(word, "ed")
    if word.endswith("ing"):
        yield progressive, stems(word, "ing")
    if word.endswith("er"):
        yield comparative, stems(word, "er")
    if word.endswith("est"):
        yield superlative, stems(word, "est")
    if word.endswith("ly"):
        yield adverb, iter([word[:-4], word[:-2]] if word.endswith("ically") else [word[:-2]])


def with_ending(word: str, pronounce: Pronounce) -> str | None:
    """A known stem and a regular ending."""
    for sound, candidates in endings(word):
        for stem in candidates:
            spoken = pronounce(stem) if len(stem) > 2 else None
            if spoken:
                return spoken if word.endswith("s'") and stem.endswith("s") else sound(spoken)
    return None


def with_affix(word: str, pronounce: Pronounce) -> str | None:
    """A known word after a prefix (un-, re-) or before a suffix (-ness, -less)."""
    for suffix, sound in SUFFIXES.items():
        stem = word[: -len(suffix)]
        spoken = pronounce(stem) if word.endswith(suffix) and len(stem) > 2 else None
        if spoken:
            return spoken + sound
    for prefix, sound in PREFIXES.items():
        stem = word[len(prefix) :]
        spoken = pronounce(stem) if word.startswith(prefix) and len(stem) > 3 else None
        if spoken:
            return sound + spoken
    return None


def inflected(word: str, pronounce: Pronounce) -> str | None:
    """A regular form of a known word; a second ending or affix may stand before the last ending."""

    def once(stem: str) -> str | None:
        return pronounce(stem) or with_ending(stem, pronounce) or with_affix(stem, pronounce)

    return with_ending(word, pronounce) or with_affix(word, pronounce) or with_ending(word, once)
