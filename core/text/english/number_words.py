"""Numbers as words: American English without commas, hyphens or "and"."""

from __future__ import annotations

from functools import lru_cache

MAX_DIGITS = 15  # longer numbers are read digit by digit
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
HALVES = {2: ("half", "halves"), 4: ("quarter", "quarters")}


@lru_cache(maxsize=1024)
def in_words(number: int, kind: str) -> str:
    """A number as ``cardinal``, ``ordinal`` or ``year``: 121 -> "one hundred twenty one"."""
    from num2words import num2words  # loads forty languages, so only when a text has numbers

    words = num2words(number, to=kind)
    return " ".join(word for word in words.replace(",", " ").replace("-", " ").split() if word != "and")


def digits(text: str) -> str:
    """Digit by digit: "555" -> "five five five"."""
    return " ".join(DIGITS[int(digit)] for digit in text if digit.isdigit())


def cardinal(text: str) -> str:
    """Digits with or without thousands separators; a leading zero or too many digits are read singly."""
    bare = text.replace(",", "")
    if len(bare) > MAX_DIGITS or (len(bare) > 1 and bare[0] == "0"):
        return digits(bare)
    return in_words(int(bare), "cardinal")


def ordinal(text: str) -> str:
    bare = text.replace(",", "")
    return digits(bare) if len(bare) > MAX_DIGITS else in_words(int(bare), "ordinal")


def decimal(text: str) -> str:
    """A number with an optional fraction: "3.14" -> "three point one four", ".5" -> "point five"."""
    whole, _, fraction = text.partition(".")
    spoken = cardinal(whole) if whole else ""
    return f"{spoken} point {digits(fraction)}".strip() if fraction else spoken


def year(text: str) -> str:
    """A year: "1984" -> "nineteen eighty four", "2005" -> "two thousand five"."""
    return in_words(int(text), "year")


def decade(text: str) -> str:
    """ "1980" or "80" -> "nineteen eighties", "eighties"."""
    words = (year(text) if len(text) == 4 else cardinal(text)).split()
    last = words[-1]
    return " ".join([*words[:-1], last[:-1] + "ies" if last.endswith("y") else last + "s"])


def fraction(above: str, below: str) -> str:
    """ "3", "4" -> "three quarters"; "1", "2" -> "one half"."""
    one, many = HALVES.get(int(below), (ordinal(below), ordinal(below) + "s"))
    return f"{cardinal(above)} {one if int(above) == 1 else many}"
