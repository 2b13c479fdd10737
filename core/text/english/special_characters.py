"""Special characters: signs that are read as words (&, %, +), and markup and smileys that are left out."""

from __future__ import annotations

import re

from .rules import Rule

PRONOUNS = "he|him|his|she|her|hers|they|it"
SMILEY = r"(?<![\w:])[:;=]['-]?[()DPpOo|/\\*]+(?!\w)|<3|\^\^"

MARKUP = (
    Rule(r"~\s?(?=[\d$€£])", " about "),
    Rule(r"(?<![\w>])>\s?(?=[\d$€£])", " more than "),
    Rule(r"(?<![\w<])<\s?(?=[\d$€£])(?!3\b)", " less than "),
    Rule(r"\b([A-G])#(?!\w)", r"\1 sharp"),
    Rule(r"<[/!]?[A-Za-z][^<>\n]{0,200}>", " "),
    Rule(r"^[ \t]*(?:[-*+]|–|—|>+|#{1,6})[ \t]+", "\n", re.MULTILINE),
    Rule(r"^[ \t]*(\d{1,3})[.)][ \t]+(?=\S)", r"\n\1, ", re.MULTILINE),
    Rule(r"\[([^\]\n]{1,300})\]\([^)\s]{1,500}\)", r"\1"),
    Rule(SMILEY, " "),
    Rule(r"(?<!\w)[*_~]{1,3}(?=\w)|(?<=[\w.,!?])[*_~]{1,3}(?!\w)", ""),
    Rule(r"([-=_*~.#])\1{3,}", r"\1\1\1"),
)

RULES = (
    Rule(r"\band/or\b", "and or"),
    Rule(rf"\b((?i:{PRONOUNS}))/((?i:{PRONOUNS}))\b", r"\1 or \2"),
    Rule(r"\s?&\s?", " and "),
    Rule(r"(?<=\w)\+\+", " plus plus"),
    Rule(r"\s?\+\s?", " plus "),
    Rule(r"\s*(?:==?|:=)\s*", " equals "),
    Rule(r"(?<=\w)\s?\*\s?(?=\w)", " times "),
    Rule(r"(?<=[A-Za-z])/(?=[A-Za-z])", " slash "),
    Rule(r"(?<=\s)@(?=\s)|(?<=\w)@(?=\w)", " at "),
    Rule(r"~\s?(?=[A-Za-z])", " about "),
    Rule(r"(?<=\w)\s*<\s*(?=\w)", " is less than "),
    Rule(r"(?<=\w)\s*>\s*(?=\w)", " is greater than "),
    Rule(r"%", " percent "),
    Rule(r"§", " section "),
    Rule(r"°", " degrees "),
    Rule(r"±", " plus or minus "),
    Rule(r"×", " times "),
    Rule(r"÷", " divided by "),
    Rule(r"€", " euros "),
    Rule(r"£", " pounds "),
    Rule(r"(?<=[A-Za-z])\$|\$(?=[A-Za-z])", "s"),
)
