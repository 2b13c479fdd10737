"""Written text and its normalised form."""

from __future__ import annotations

import pytest
from narrating_face.core.errors import InputError
from narrating_face.core.settings.limits import MAX_CHARACTERS
from narrating_face.core.text.english.normalize import normalize_text

NUMBERS = {
    "25 apples": "twenty five apples.",
    "1,234 pears and 1000000 grapes": "one thousand two hundred thirty four pears and one million grapes.",
    "He came 1st, she 22nd and I 103rd": "He came first, she twenty second and I one hundred third.",
    "-5, 3.14 and .5": "minus five, three point one four and point five.",
    "In 1984 and 2026": "In nineteen eighty four and twenty twenty six.",
    "By 2005, 1984 people had come": "By two thousand five, one thousand nine hundred eighty four people had come.",
    "the 1980s and the '90s": "the nineteen eighties and the nineties.",
    "10-15 people": "ten to fifteen people.",
    "1990-1995 and 1914–18": "nineteen ninety to nineteen ninety five and nineteen fourteen to eighteen.",
    "1/2 cup, 3/4 of it": "one half cup, three quarters of it.",
    "2 1/2 hours, 24/7": "two and a half hours, twenty four seven.",
    "Call 555-1234": "Call five five five, one two three four.",
    "(212) 555-0187": "two one two, five five five, zero one eight seven.",
    "agent 007": "agent zero zero seven.",
    "10 000 or 1.000.000": "ten thousand or one million.",
    "version 2.0.1": "version two point zero point one.",
    "The score was 3:1": "The score was three to one.",
    "MP3s and a 747": "MP threes and a seven hundred forty seven.",
    "COVID-19, H2O and 3D": "COVID nineteen, H two O and three D.",
    "2 + 2 = 4; 3*4": "two plus two equals four; three times four.",
    "1920x1080": "nineteen twenty by one thousand eighty.",
}
DATES = {
    "3/4/2025": "March fourth, twenty twenty five.",
    "25/12/2025": "December twenty fifth, twenty twenty five.",
    "2025-03-04": "March fourth, twenty twenty five.",
    "Mar. 4th": "March fourth.",
    "on March 4, 2025": "on March fourth, twenty twenty five.",
    "4 March 2025": "the fourth of March, twenty twenty five.",
    "The 5th of March. Then": "The fifth of March. Then.",
    "Sept. 2024": "September twenty twenty four.",
    "may 5 people come": "may five people come.",
    "at 3:45 pm": "at three forty five P-M.",
    "at 15:30": "at fifteen thirty.",
    "12:00": "twelve o'clock.",
    "3pm or 9 a.m. sharp": "three P-M or nine A-M sharp.",
    "At 7:05 a.m. We left": "At seven oh five A-M. We left.",
}
MONEY = {
    "$3.50": "three dollars and fifty cents.",
    "$1 and $0.99": "one dollar and ninety nine cents.",
    "€20, £5m": "twenty euros, five million pounds.",
    "$1.2 billion": "one point two billion dollars.",
    "$1,250.75": "one thousand two hundred fifty dollars and seventy five cents.",
    "20€ or USD 50": "twenty euros or fifty dollars.",
    "$5-10": "five to ten dollars.",
}
MEASURES = {
    "5% of 12.5%": "five percent of twelve point five percent.",
    "10-15%": "ten to fifteen percent.",
    "5 km, 1 km, 70 kg": "five kilometers, one kilometer, seventy kilograms.",
    "60 mph and 12 m/s": "sixty miles per hour and twelve meters per second.",
    "-5 °C or 20°F": "minus five degrees Celsius or twenty degrees Fahrenheit.",
    "100m² and a 5-km run": "one hundred square meters and a five kilometer run.",
    "5'11\" tall": "five foot eleven tall.",
    "1.5GB, 10k": "one point five gigabytes, ten thousand.",
}
ABBREVIATIONS = {
    "Dr. Smith met Mr. Jones": "Doctor Smith met Mister Jones.",
    "Main St. in St. Louis": "Main Street in Saint Louis.",
    "e.g. this, i.e. that, etc.": "for example, this, that is, that, et cetera.",
    "cats vs. dogs": "cats versus dogs.",
    "No. 5, p. 12, Fig. 3": "number five, page twelve, figure three.",
    "The U.S. Senate": "The U-S Senate.",
    "He lives in the U.S.": "He lives in the U-S.",
    "a Ph.D. He knows": "a P-H-D. He knows.",
    "J. R. R. Tolkien": "J R R Tolkien.",
    "Martin Luther King Jr. spoke": "Martin Luther King Junior spoke.",
    "Henry VIII and Louis XIV": "Henry the Eighth and Louis the Fourteenth.",
    "Queen Elizabeth II's dog": "Queen Elizabeth the Second's dog.",
    "World War II, Chapter IV": "World War two, Chapter four.",
    "I am here. So am I.": "I am here. So am I.",
    "NASA and the FBI": "NASA and the FBI.",
}
SIGNS = {
    "Salt & pepper @ home": "Salt and pepper at home.",
    "#5 and #fun": "number five and hashtag fun.",
    "and/or, he/she": "and or, he or she.",
    "AT&T, C++ and C#": "AT and T, C plus plus and C sharp.",
    "john.doe@example.com": "john dot doe at example dot com.",
    "see https://www.example.com/path?x=1.": "see example dot com slash path.",
    "example.co.uk!": "example dot co dot U-K!",
    "read notes.txt": "read notes dot txt.",
    "<b>bold</b> **strong** _it_ `code` :)": "bold strong it code.",
}
PUNCTUATION = {
    "Café naïve, “quoted” ‘single’ don’t": "Cafe naive, quoted single don't.",
    "so — and so… on: yes (really) [ok]": "so, and so, on, yes, really, ok.",
    "What?! No!!! Really...": "What? No! Really.",
    "Hello 😀 world 世界 привет!": "Hello world!",
    "Title\n\nLine one\nLine two\nwrapped here": "Title. Line one. Line two wrapped here.",
    "- one\n- two\n1. First": "one. two. one, First.",
    "'Fine,' he said. The boys' toys": "Fine, he said. The boys' toys.",
    "rock 'n' roll, it's 'em": "rock and roll, it's them.",
    "I LOVE THIS SO MUCH": "i love this so much.",
    "well-known post-office": "well-known post-office.",
    "...and?": "and?",
    "\r\nOne\r\nTwo\x00": "One. Two.",
    "ﬁne ½ 𝒜 Straße": "fine one half A Strasse.",
}
CASES = NUMBERS | DATES | MONEY | MEASURES | ABBREVIATIONS | SIGNS | PUNCTUATION


@pytest.mark.parametrize("text", CASES)
def test_written_text_is_normalised(text: str) -> None:
    assert normalize_text(text) == CASES[text]


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "😀🎉", "...", "世界", "'", "- -"])
def test_text_without_words_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="no words to speak") as error:
        normalize_text(text)
    assert "\n" not in str(error.value)


def test_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(InputError, match=f"{MAX_CHARACTERS:,}"):
        normalize_text("a " * MAX_CHARACTERS)


def test_normalised_text_does_not_change() -> None:
    for normalised in CASES.values():
        assert normalize_text(normalised) == normalised
