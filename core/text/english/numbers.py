"""Numbers that dates, money and units left, in words: telephone numbers, ranges, fractions, years, decimals, ..."""

from __future__ import annotations

import re

from .number_words import (
    MAX_DIGITS,
    cardinal,
    decimal,
    digits,
    fraction,
    ordinal,
    year,
)
from .rules import Rule

YEAR = r"(?:1[1-9]\d\d|20\d\d)"
COUNTED = r"(?:people|men|women|children|feet|teeth|percent|thousand|million|billion|trillion|hundred|more|other|of)"
NOT_COUNTED = r"(?:was|is|has|as|this|its|his|us|does|\w+ss)\b"
SPECIAL = {"24/7": "twenty four seven", "9/11": "nine eleven", "50/50": "fifty fifty", "20/20": "twenty twenty"}


def telephone_number(match: re.Match[str]) -> str:
    """Digit by digit, with a comma between the groups."""
    plus = "plus " if match.group().startswith("+") else ""
    return plus + ", ".join(digits(group) for group in re.findall(r"\d+", match.group()))


def spoken_fraction(match: re.Match[str]) -> str:
    """1/2 is one half, 2 3/4 two and three quarters; an improper fraction is read with "over"."""
    whole, above, below = match["whole"], match["above"], match["below"]
    if not whole and f"{above}/{below}" in SPECIAL:
        return SPECIAL[f"{above}/{below}"]
    proper = 0 < int(above) < int(below) <= 100
    spoken = fraction(above, below) if proper else f"{cardinal(above)} over {cardinal(below)}"
    if whole and proper:
        return f"{cardinal(whole)} and {spoken.replace('one half', 'a half').replace('one quarter', 'a quarter')}"
    return f"{cardinal(whole)} {spoken}" if whole else spoken


def year_range(match: re.Match[str]) -> str:
    """1914-18, 1990-1995."""
    second = match[2]
    return f"{year(match[1])} to {year(second) if len(second) == 4 else cardinal(second)}"


def without_separators(match: re.Match[str]) -> str:
    """10 000 -> 10000, 1.000.000 -> 1000000."""
    return re.sub(r"\D", "", match.group())


def version_number(match: re.Match[str]) -> str:
    """2.0.1 -> two point zero point one."""
    return " point ".join(cardinal(part) for part in match.group().split("."))


def plural_number(match: re.Match[str]) -> str:
    """747s, MP3s."""
    words = cardinal(match[1])
    return f"{words[:-1]}ies" if words.endswith("y") else words + ("es" if words.endswith("x") else "s")


def plain_number(match: re.Match[str]) -> str:
    """Ten digits or more without separators are a code, read digit by digit, unless they end in 000."""
    text = match.group()
    code = len(text) >= 10 and "," not in text and "." not in text and not text.endswith("000")
    return f" {digits(text) if code or len(text.split('.')[0]) > MAX_DIGITS + 5 else decimal(text)} "


RULES = (
    Rule(r"(?<![\w-])(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])", telephone_number),
    Rule(r"\+\d{1,3}(?:[ .-]?\(?\d{2,5}\)?){2,5}(?!\w)", telephone_number),
    Rule(r"(?<![\w-])\d{3}-\d{4}(?![\w-])", telephone_number),
    Rule(r"(?<![\w-])0\d{2,4}(?:[ -]\d{3,4}){2}(?![\w-])", telephone_number),
    Rule(r"\b([1-9]\d{0,2}(?:[ .]\d{3})*[ .]000|[1-9]\d{0,2}(?:\.\d{3}){2,})\b(?!\.?\d)", without_separators),
    Rule(r"(?<=[Cc]all |[Dd]ial )\d{3}\b", lambda match: digits(match.group())),
    Rule(r"(?<![\d./])(?:(?P<whole>\d{1,4})[ -])?(?P<above>\d{1,4})/(?P<below>\d{1,4})(?![\d/]|\.\d)", spoken_fraction),
    Rule(r"\b\d+(?:\.\d+){2,6}\b", version_number),
    Rule(rf"\b({YEAR})\s?[-–]\s?({YEAR}|\d\d)\b(?![-–.,]\d)", year_range),
    Rule(r"(?<=\d)\s?–\s?(?=\d)|(?<=\d) to (?=\d)", " to "),
    Rule(r"(?<![\w-])(\d[\d,.]{0,20})-(?=\d[\d,.]{0,20}(?![\w-]*-))", r"\1 to "),
    Rule(r"(?<=\d)\s-\s(?=\d)", " minus "),
    Rule(r"(?<=\d)\s?[xX×]\s?(?=\d)", " by "),
    Rule(r"(?<=\d)\s?[*·]\s?(?=\d)", " times "),
    Rule(r"(?<=\d)\s?[÷/]\s?(?=\d)", " divided by "),
    Rule(r"(?<=\d):(?=\d)", " to "),
    Rule(r"(?:(?<=^)|(?<=[\s(=,]))-\s?(?=\.?\d)", "minus "),
    Rule(r"#\s?(?=\d)", "number "),
    Rule(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)\b", lambda match: ordinal(match[1])),
    Rule(r"(?<!\d)(\d+)'?s\b", plural_number),
    Rule(rf"(?<![\w.,-])({YEAR})(?![\w]|[.,]\d)(?!\s+{COUNTED}\b|\s+(?!{NOT_COUNTED})[a-z]+s\b)",
         lambda match: year(match[1])),
    Rule(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+\.\d+|(?<!\w)\.\d+|\d+", plain_number),
)  # fmt: skip
