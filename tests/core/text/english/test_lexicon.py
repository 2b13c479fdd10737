"""The packed lexicon, its lookups, and the regular forms of its words."""

from __future__ import annotations

import pytest
from narrating_face.core.text.english.inflection import past, plural, progressive
from narrating_face.core.text.english.lexicon import Lexicon
from narrating_face.core.text.english.packing import pack, unpack

ENTRIES = {
    "Polish": "pˈOlɪʃ",
    "polish": "pˈɑlɪʃ",
    "record": "ɹˈɛkəɹd2ɹəkˈɔɹd",
    "rate": "ɹˈAt",
    "run": "ɹˈʌn",
    "try": "tɹˈI",
    "kiss": "kˈɪs",
    "prison": "pɹˈɪzᵊn",
    "London": "lˈʌndən",
}


def test_pack_and_unpack_are_inverse() -> None:
    assert unpack(pack(ENTRIES)) == ENTRIES


def test_case_and_tag_select_the_pronunciation() -> None:
    lexicon = Lexicon(ENTRIES)
    assert (lexicon.find("Polish"), lexicon.find("polish")) == ("pˈOlɪʃ", "pˈɑlɪʃ")
    assert lexicon.find("london") == lexicon.find("LONDON") == "lˈʌndən"
    assert (lexicon.find("record"), lexicon.find("record", ("past", "verb"))) == ("ɹˈɛkəɹd", "ɹəkˈɔɹd")
    assert lexicon.find("missing") is None


@pytest.mark.parametrize(
    ("word", "spoken"),
    {
        "rated": "ɹˈATᵻd",
        "rates": "ɹˈAts",
        "rating": "ɹˈATɪŋ",
        "running": "ɹˈʌnɪŋ",
        "tried": "tɹˈId",
        "tries": "tɹˈIz",
        "kisses": "kˈɪsᵻz",
        "kissed": "kˈɪst",
        "kiss's": "kˈɪsᵻz",
        "rerate": "ɹˌiɹˈAt",
        "prisoners": "pɹˈɪzᵊnəɹz",
    }.items(),
)
def test_regular_forms(word: str, spoken: str) -> None:
    assert Lexicon(ENTRIES).find(word) == spoken


def test_endings_depend_on_the_last_sound() -> None:
    assert [plural(stem)[-2:] for stem in ("kˈæt", "dˈɔɡ", "hˈɔɹs")] == ["ts", "ɡz", "ᵻz"]
    assert [past(stem)[-2:] for stem in ("wˈɔk", "hˈʌɡ", "nˈid")] == ["kt", "ɡd", "ᵻd"]
    assert progressive("sˈɪt") == "sˈɪTɪŋ"


def test_the_bundled_lexicon_is_large(phonemizer) -> None:
    assert len(phonemizer.lexicon.entries) > 80_000
