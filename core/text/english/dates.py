"""Dates and times of day in words. An ambiguous order is read as in America: month, day."""

from __future__ import annotations

import re

from .number_words import (
    cardinal,
    decade,
    ordinal,
    year,
)
from .rules import Rule

MONTHS = "January February March April May June July August September October November December".split()
MONTH_ABBREVIATIONS = {name[:3]: name for name in MONTHS} | {"Sept": "September"}
MONTH = "|".join([*MONTHS, *(rf"{name}\b\.?" for name in reversed(MONTH_ABBREVIATIONS))])
DAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Tues": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Thur": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
YEAR = r"(?:1\d|20)\d\d"


def spoken_date(month: int, day: str, written_year: str) -> str:
    ending = f", {year(full_year(written_year))}" if written_year else ""
    return f"{MONTHS[month - 1]} {ordinal(str(int(day)))}{ending}"


def full_year(text: str) -> str:
    """Two digits stand for 1950 to 2049."""
    if len(text) == 4:
        return text
    return str((2000 if int(text) < 50 else 1900) + int(text))


def numeric_date(match: re.Match[str]) -> str:
    """3/4/2025 is March 4th; 25/12/2025 and 25.12.2025 start with the day."""
    first, second = int(match["first"]), int(match["second"])
    day_first = first > 12 or (match["mark"] == "." and second <= 12)
    month, day = (second, first) if day_first else (first, second)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match.group()
    return spoken_date(month, str(day), match["year"])


def named_month(name: str) -> str:
    name = name.rstrip(".")
    return MONTH_ABBREVIATIONS.get(name, name)


def month_day(match: re.Match[str]) -> str:
    ending = f", {year(match['year'])}" if match["year"] else ""
    to = f" to {ordinal(match['to'])}" if match["to"] else ""
    return f"{named_month(match['month'])} {ordinal(match['day'])}{to}{ending}"


def day_month(match: re.Match[str]) -> str:
    ending = f", {year(match['year'])}" if match["year"] else ""
    return f"{'' if match['the'] else 'the '}{ordinal(match['day'])} of {named_month(match['month'])}{ending}"


def time_of_day(match: re.Match[str]) -> str:
    """3:45 pm, 15:30, 10:05:20."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    half = half_day(match["half"])
    if minute:
        words = f"{cardinal(str(hour))} {'oh ' if minute < 10 else ''}{cardinal(str(minute))}"
    else:
        words = cardinal(str(hour)) + ("" if half else " o'clock" if 0 < hour <= 12 else " hundred")
    words += f" and {cardinal(str(int(second)))} seconds" if second else ""
    return words + half


def half_day(text: str | None) -> str:
    return f" {text[0].upper()}-M" if text else ""


HALF_DAY = r"(?:\s?(?P<half>[AaPp])(?:\.\s?[Mm]\.(?!\s+[A-Z]|\s*$)|\.?\s?[Mm]\b))"

RULES = (
    Rule(r"\b(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b(?:T(?=\d))?",
         lambda match: spoken_date(int(match["month"]), match["day"], match["year"]) + " "),
    Rule(r"(?<![\d/.])(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)(?![\d/]|\.\d)",
         numeric_date),
    Rule(rf"\b(?P<month>{MONTH})\s+(?P<day>{DAY})(?:st|nd|rd|th)?"
         rf"(?:\s?[-–]\s?(?P<to>{DAY})(?:st|nd|rd|th)?)?(?![\d:.,]*\d)(?:,?\s+(?P<year>{YEAR})\b)?", month_day),
    Rule(rf"\b(?P<month>{MONTH})\s+(?P<day>{DAY})(?P<to>)(?:st|nd|rd|th)?,\s?(?P<year>{YEAR})\b", month_day),
    Rule(rf"(?P<the>\b[Tt]he\s+)?\b(?P<day>{DAY})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})(?:,?\s+(?P<year>{YEAR})\b)?",
         lambda match: (match["the"] or "") + day_month(match)),
    Rule(rf"\b(?P<month>{MONTH}),?\s+(?P<year>{YEAR})\b",
         lambda match: f"{named_month(match['month'])} {year(match['year'])}"),
    Rule(r"\b(Jan|Feb|Apr|Aug|Sept|Sep|Oct|Nov|Dec)\.(?=\s)", lambda match: named_month(match[1])),
    Rule(rf"\b({'|'.join(DAYS)})\.(?=,|\s+(?:{'|'.join(MONTHS)}|at|the)\b)|\b(Mon|Tue|Tues|Wed|Thu|Thurs|Fri)(?=,\s)",
         lambda match: DAYS[match[1] or match[2]]),
    Rule(rf"\b(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\d:]){HALF_DAY}?", time_of_day),
    Rule(rf"\b(?P<hour>1[0-2]|[1-9]){HALF_DAY}", lambda match: cardinal(match["hour"]) + half_day(match["half"])),
    Rule(r"\b((?:1\d|20)\d0|[1-9]0)'?s\b", lambda match: decade(match[1])),
    Rule(r"'([1-9]0)s\b", lambda match: decade(match[1])),
)  # fmt: skip
