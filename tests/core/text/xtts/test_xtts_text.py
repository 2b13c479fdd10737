"""Text for XTTS-v2: cleaning and ids as in the reference, corrected readings, splitting, romanising, refusals."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pytest
from narrating_face.core.errors import InputError
from narrating_face.core.settings.limits import MAX_CHARACTERS
from narrating_face.core.text.xtts.cleaner import clean
from narrating_face.core.text.xtts.front_end import XTTSFrontEnd
from narrating_face.core.text.xtts.languages import LANGUAGES
from narrating_face.core.text.xtts.numbers import chinese_numbers
from narrating_face.core.text.xtts.romanize import romanized
from narrating_face.core.text.xtts.sentences import pause_after, split_by_characters
from narrating_face.core.text.xtts.tokenizer import XTTSTokenizer
from tiny_xtts import statistics
from tokenizers import Tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> XTTSTokenizer:
    return XTTSTokenizer(Tokenizer.from_str(json.dumps(statistics()["tokenizer_json"])))


@pytest.fixture(scope="module")
def front_end(tokenizer: XTTSTokenizer) -> XTTSFrontEnd:
    return XTTSFrontEnd(tokenizer, 401)


@pytest.mark.parametrize("case", statistics()["text"], ids=lambda case: case["input"][:20])
def test_faithful_cleaning_and_ids(tokenizer: XTTSTokenizer, case: dict[str, Any]):
    cleaned = clean(case["input"], case["lang"], faithful=True)
    assert cleaned == case["clean"]
    assert tokenizer.encode(cleaned, case["lang"]) == case["ids_tiny"]


@pytest.mark.parametrize(
    ("language", "text", "cleaned"),
    [
        ("en", "I've been here since 1984.", "i've been here since nineteen eighty-four."),
        ("en", "Meet me at 7pm.", "meet me at seven pm."),
        ("en", "It cost $1,984 in all.", "it cost one thousand, nine hundred and eighty-four dollars in all."),
        ("de", "Das kostet 12,50€.", "das kostet zwölf euro und fünfzig cent."),
        ("en", "Hello 🙂 “world” — yes…", "hello world, yes..."),
        ("es", "La Dra. Ruiz pagó $20.", "la doctora ruiz pagó veinte dólares."),
        ("pl", "Mam 3 koty.", "mam trzy koty."),
        ("tr", "İstanbul'da 2 gün.", "istanbul'da iki gün."),
        ("hu", "Van 5 almám.", "van öt almám."),
        ("nl", "Dhr. Smit heeft 2 honden.", "de heer smit heeft twee honden."),
        ("cs", "Mám 7 jablek & 50%.", "mám sedm jablek a padesát procento."),
        ("it", "Ho 4 gatti.", "ho quattro gatti."),
        ("pt", "Tenho 9 anos.", "tenho nove anos."),
        ("ru", "Мне 8 лет.", "мне восемь лет."),
        ("zh-cn", "我有12345元。", "我有一万二千三百四十五元。"),
    ],
)
def test_corrected_readings(language: str, text: str, cleaned: str):
    assert clean(text, language) == cleaned


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["7 & 12.5 @ 3rd 1. 100% #1 £5 $3.20 €8 20° 1,234,567 999999999999999999999"])
@pytest.mark.parametrize("faithful", [True, False])
def test_every_language_reads_any_number(language: str, text: str, faithful: bool):
    cleaned = clean(text, language, faithful)
    assert cleaned
    if language not in ("ja", "hi"):
        assert not re.search(r"\d", cleaned)


def test_chinese_numbers():
    expected = {"0": "零", "10": "十", "17": "十七", "105": "一百零五", "110": "一百一十", "2024": "二千零二十四"}
    expected |= {"10001": "一万零一", "120000": "十二万", "3.14": "三点一四", "007": "零零七"}
    assert {digits: chinese_numbers(digits) for digits in expected} == expected


def test_korean_is_spelled_in_latin_letters(tokenizer: XTTSTokenizer):
    assert romanized("안녕하세요, 한국!", "ko") == "annyeonghaseyo, hangug!"


@pytest.mark.parametrize(("language", "text"), [("zh-cn", "ni3 hao3"), ("ja", "konnichiwa")])
def test_romanised_text_does_not_change(language: str, text: str):
    assert romanized(text, language) == text


@pytest.mark.parametrize(
    ("language", "text", "package"), [("zh-cn", "你好", "pypinyin"), ("ja", "こんにちは", "cutlet")]
)
def test_the_error_names_a_missing_package(monkeypatch: pytest.MonkeyPatch, language: str, text: str, package: str):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=f"pip install {package}"):
        romanized(text, language)


@pytest.mark.parametrize("max_characters", [71, 250])
def test_sentences_fit_and_hold_every_word_once(max_characters: int):
    text = "This is a sentence, and it goes on; then it ends. Short. " * 6 + "word " * 120 + "x" * 300
    sentences = split_by_characters(text, max_characters)
    assert max(map(len, sentences)) <= max_characters
    assert "".join("".join(sentences).split()) == "".join(text.split())


def test_short_sentences_join_their_neighbour():
    assert split_by_characters("No. I will not do that at all today.", 250) == ["No. I will not do that at all today."]


def test_pauses_depend_on_punctuation():
    assert pause_after("and so,") < pause_after("It ends.") <= pause_after("Does it?")


def test_sentences_have_ids_and_pauses(front_end: XTTSFrontEnd):
    first, second, third = front_end.sentences("The weather was pleasant. It was a better morning.\n\nA story.")
    assert first.token_ids[0] == 259
    assert first.pause < second.pause
    assert third.text == "a story."


def test_long_text_stays_within_the_token_limit(tokenizer: XTTSTokenizer):
    sentences = XTTSFrontEnd(tokenizer, 60).sentences("the quick brown fox " * 500)
    assert len(sentences) > 20
    assert all(len(sentence.token_ids) <= 60 for sentence in sentences)


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "🙂🙃", "...!?", "\x00", "\u200b"])
def test_text_without_words_is_refused(front_end: XTTSFrontEnd, text: str):
    with pytest.raises(InputError, match="no words") as refusal:
        front_end.sentences(text)
    assert "\n" not in str(refusal.value)


def test_text_that_is_too_long_is_refused(front_end: XTTSFrontEnd):
    with pytest.raises(InputError, match=f"{MAX_CHARACTERS:,}"):
        front_end.sentences("a " * MAX_CHARACTERS)


def test_a_language_that_the_vocabulary_lacks_is_refused(front_end: XTTSFrontEnd):
    with pytest.raises(InputError, match=r"'xx'.*en, es, fr, de"):
        front_end.sentences("Hello.", "xx")


def test_a_single_long_word_is_refused(tokenizer: XTTSTokenizer):
    with pytest.raises(InputError, match="put spaces in it"):
        XTTSFrontEnd(tokenizer, 60).sentences("z" * 240)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de", "tr", "pl", "zh-cn"])
@pytest.mark.parametrize("ending", ["", "th", "£", ".", ".5", "," + "7" * 9_000])
def test_ten_thousand_digits_are_read_digit_by_digit(language: str, ending: str):
    seven = clean("7", language)
    cleaned = clean("7" * 10_000 + ending, language)
    assert not re.search(r"\d", cleaned.replace("£", ""))
    assert cleaned.count(seven) >= 10_000
