"""Sentences for the speech teacher: WordNet's examples, and forms that examples lack.

``Sentences`` gives text number n of a seed, always the same: one to three WordNet examples (60 %), or a sentence
built from the lists here: numbers, dates, names, questions, exclamations, lists, quotations, long paragraphs.
Numbers are written out, so that their reading does not depend on the pronunciation tool.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from num2words import num2words

from ..tools import checked, read_files

SOURCE = "the Debian package wordnet-base 3.0 (folder /usr/share/wordnet)"
SHA256 = "9c33953116f661f96b2af6815ea87a505a54cd48e72994ba47bca5aad58840a6"
FILES = ("data.noun", "data.verb", "data.adj", "data.adv")
EXAMPLE = re.compile(r'"([A-Za-z][A-Za-z ,;\'?!-]{18,118}[A-Za-z])[.!?]?"')

FIRST_NAMES = "Alice Omar Priya Daniel Sofia Kenji Fatima Lucas Ingrid Mateo Chloe Viktor Amara Hugo Leila Noah".split()
LAST_NAMES = "Baker Okafor Sharma Weiss Moreau Tanaka Novak Silva Larsen Byrne Castillo Petrov Hughes Khan".split()
PLACES = "Lisbon,Nairobi,Boston,Kyoto,Edinburgh,Buenos Aires,Toronto,Vienna,Cape Town,Oslo,Singapore,New York".split(
    ","
)
MONTHS = "January February March April May June July August September October November December".split()
THINGS = "apples,fresh bread,two lamps,a blue umbrella,old maps,pepper,a ladder,warm socks,paper cups,olive oil".split(
    ","
)
OPENINGS = "Could you tell me,Do you know,Did anyone say,Have you worked out,May I ask,Would you mind saying".split(",")
UNKNOWNS = "where the museum is,why they left so early,how much this weighs,when the boat departs,who wrote it".split(
    ","
)
CRIES = "What a wonderful surprise,Watch out for the step,That's simply marvellous,Oh no not again,Hurry up".split(",")
FILLERS = "Well,Of course,Honestly,As a matter of fact,Meanwhile,By the way,On the other hand,However".split(",")


class Sentences:
    """Texts by number; ``folder`` is WordNet's."""

    def __init__(self, folder: str | Path, seed: int) -> None:
        content = checked(read_files([Path(folder) / name for name in FILES], SOURCE), SHA256, f"WordNet in {folder}")
        self._examples = sorted(set(EXAMPLE.findall(content.decode("utf-8"))))
        self._seed = seed

    def text(self, number: int) -> str:
        random = Random(f"{self._seed}/{number}")
        if random.random() < 0.6:
            return self._joined(random, random.choices((1, 2, 3), (6, 3, 1))[0])
        return random.choice(self._makers())(random)

    def _makers(self) -> tuple[Callable[[Random], str], ...]:
        return (
            _number,
            _date,
            _time,
            _money,
            _name,
            _question,
            _cry,
            _list,
            _years,
            self._aside,
            self._quote,
            self._long,
        )

    def _joined(self, random: Random, count: int) -> str:
        return " ".join(_closed(random, random.choice(self._examples)) for _ in range(count))

    def _aside(self, random: Random) -> str:
        example = random.choice(self._examples)
        return _closed(random, f"{random.choice(FILLERS)}, {example[0].lower()}{example[1:]}")

    def _quote(self, random: Random) -> str:
        return f"{random.choice(FIRST_NAMES)} said, {_closed(random, random.choice(self._examples))}"

    def _long(self, random: Random) -> str:
        return self._joined(random, random.randint(4, 5))


def _closed(random: Random, example: str) -> str:
    """A capital at the start and a full stop; now and then a question or exclamation mark, for its intonation."""
    end = random.choices(".?!", (90, 5, 5))[0]
    return f"{example[0].upper()}{example[1:]}{end}"


def _number(random: Random) -> str:
    count = random.choice((random.randint(0, 20), random.randint(21, 999), random.randint(1_000, 2_000_000)))
    decimal = num2words(round(random.uniform(0, 100), 1))
    return f"They counted {num2words(count)} visitors, which is {decimal} percent of the {num2words(count * 3 + 7)}."


def _date(random: Random) -> str:
    day, year = num2words(random.randint(1, 28), to="ordinal"), num2words(random.randint(1500, 2040), to="year")
    return f"It happened in {random.choice(PLACES)} on {random.choice(MONTHS)} {day}, {year}."


def _years(random: Random) -> str:
    first, last = sorted(random.sample(range(1700, 2030), 2))
    return f"From {num2words(first, to='year')} until {num2words(last, to='year')}, nothing changed; then it all did."


def _time(random: Random) -> str:
    minutes = random.choice(("o'clock", "fifteen", "thirty", "forty-five", "oh five", "twenty-two"))
    return f"The next train to {random.choice(PLACES)} leaves at {num2words(random.randint(1, 12))} {minutes}."


def _money(random: Random) -> str:
    pounds, pence = num2words(random.randint(1, 400)), num2words(random.randint(2, 99))
    unit, part = random.choice((("dollars", "cents"), ("pounds", "pence"), ("euros", "cents")))
    return f"{random.choice(FIRST_NAMES)} paid {pounds} {unit} and {pence} {part} for {random.choice(THINGS)}."


def _name(random: Random) -> str:
    title = random.choice(("Doctor", "Professor", "Captain", "Mister", "Miss"))
    people = " and ".join(f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}" for _ in range(2))
    return f"{title} {random.choice(LAST_NAMES)} met {people} in {random.choice(PLACES)}."


def _question(random: Random) -> str:
    return f"{random.choice(OPENINGS)} {random.choice(UNKNOWNS)}, {random.choice(FIRST_NAMES)}?"


def _cry(random: Random) -> str:
    return f"{random.choice(CRIES)}, {random.choice(FIRST_NAMES)}! {random.choice(CRIES)}!"


def _list(random: Random) -> str:
    *first, last = random.sample(THINGS, random.randint(3, 6))
    return f"We still need {', '.join(first)}, and {last}."
