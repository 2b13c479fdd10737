"""Abbreviations in full: "Dr. Smith" -> "Doctor Smith". After this step a full stop only ends sentences."""

from __future__ import annotations

import re

from .rules import Rule, alternatives

TITLES = {
    "Dr": "Doctor", "Mr": "Mister", "Mrs": "Missis", "Ms": "Miz", "Prof": "Professor", "Rev": "Reverend",
    "Hon": "Honorable", "Gen": "General", "Sen": "Senator", "Rep": "Representative", "Gov": "Governor",
    "Pres": "President",
    "Capt": "Captain", "Cpt": "Captain", "Lt": "Lieutenant", "Col": "Colonel", "Sgt": "Sergeant", "Maj": "Major",
    "Cmdr": "Commander", "Adm": "Admiral", "Fr": "Father", "Mt": "Mount", "Ft": "Fort", "Messrs": "Messrs",
}  # fmt: skip
BEFORE_NUMBERS = {
    "No": "number", "no": "number", "Nos": "numbers", "Nr": "number", "Vol": "volume", "vol": "volume", "p": "page",
    "pp": "pages", "Fig": "figure", "fig": "figure", "Ch": "chapter", "ch": "chapter", "Sec": "section",
    "sec": "section", "Art": "article", "art": "article", "Eq": "equation", "eq": "equation", "Apt": "apartment",
    "apt": "apartment", "Rm": "room", "Ver": "version", "ver": "version", "ca": "circa", "c": "circa",
    "Ext": "extension", "ext": "extension", "para": "paragraph",
}  # fmt: skip
ANYWHERE = {
    "vs": "versus", "approx": "approximately", "est": "established", "dept": "department", "Dept": "Department",
    "govt": "government", "misc": "miscellaneous", "min": "minimum", "max": "maximum", "avg": "average",
    "incl": "including", "excl": "excluding", "ed": "edition", "eds": "editors", "esp": "especially",
    "Univ": "University", "Assn": "Association", "Intl": "International", "tel": "telephone", "Tel": "telephone",
    "al": "al", "cf": "compare", "viz": "namely", "temp": "temperature", "intro": "introduction",
}  # fmt: skip
AT_ENDS = {
    "etc": "et cetera", "Jr": "Junior", "Sr": "Senior", "Inc": "Incorporated", "Ltd": "Limited", "Corp": "Corporation",
    "Co": "Company", "Bros": "Brothers", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Ln": "Lane",
    "Hwy": "Highway", "Sq": "Square", "Esq": "Esquire",
}  # fmt: skip
SHORTENED = {
    "em": "them", "til": "until", "cause": "because", "tis": "it is", "twas": "it was", "bout": "about", "n": "and",
}  # fmt: skip
SENTENCE_ENDS = r"(?=\s*$|\s*\n|\s+[A-Z\"'(])"
FINAL_INITIALS = frozenset("UK EU UN USA DC PHD MD BA MA AM PM BC AD".split())
LINE_END, SENTENCE_BREAK = re.compile(r"\s*(?:\n|$)"), re.compile(r"\s*(?:\n|$)|\s+[A-Z]")
INITIALS = r"\b(?:[A-Za-z]\.\s?){1,8}[A-Za-z]\.(?![A-Za-z])"


def spell_initials(match: re.Match[str]) -> str:
    """U.S. -> U-S, J. R. R. -> J R R; the full stop stays where a sentence seems to end."""
    names = re.findall("[A-Za-z]", match.group())
    close = " " not in match.group()
    spoken = ("-" if close else " ").join(name.upper() for name in names)
    may_end = close and "".join(names).upper() in FINAL_INITIALS
    stop = (SENTENCE_BREAK if may_end else LINE_END).match(match.string, match.end())
    return spoken + ("." if stop else "")


def expand_st(match: re.Match[str]) -> str:
    """St. is a street after a name and a saint before one."""
    return f"{match[1]} Street" if match[1] else "Saint"


RULES = (
    Rule(r"\b[Ee]\.\s?g\.,?", "for example,"),
    Rule(r"\b[Ii]\.\s?e\.,?", "that is,"),
    Rule(r"\bet al\.(?=\s+[a-z(\d])", "et al"),
    Rule(r"\b[Aa]\.?k\.?a\.?(?=\s)", "also known as"),
    Rule(r"\b[Pp]\.\s?[Ss]\.", "P-S,"),
    Rule(r"\bPh\.?\s?D\b(?:\.(?!\s+[A-Z]|\s*$))?", "P-H-D"),
    Rule(r"(?<=\d)\s?([AaPp])\.\s?[Mm]\.", lambda match: f" {match[1].upper()}-M"),
    Rule(INITIALS, spell_initials),
    Rule(r"(?<![\w-])([A-Z])\.(?=\s+[A-Z][a-z])(?<!\bI\.)", r"\1"),
    Rule(r"\b((?!The|In|On|At|And)[A-Z][a-z]+|\d+(?:st|nd|rd|th))\s+St\.(?=\s*[,;\n]|\s+[a-z]|\s*$)", expand_st),
    Rule(r"()\bSt\.?(?=\s+[A-Z])", expand_st),
    Rule(rf"\b({alternatives(TITLES)})\.?(?=\s+[A-Z])", lambda match: TITLES[match[1]]),
    Rule(rf"\b({alternatives(BEFORE_NUMBERS)})\.\s?(?=\d)", lambda match: BEFORE_NUMBERS[match[1]] + " "),
    Rule(r"\bNo\s(?=\d+\b)", "number "),
    Rule(rf"\b({alternatives(AT_ENDS)})\.{SENTENCE_ENDS}", lambda match: AT_ENDS[match[1]] + "."),
    Rule(rf"\b({alternatives(AT_ENDS)})\.", lambda match: AT_ENDS[match[1]]),
    Rule(r"\b(etc|Jr|Sr|Inc|Ltd|Blvd)\b(?![.'-])", lambda match: AT_ENDS[match[1]]),
    Rule(rf"\b({alternatives(ANYWHERE)})\.(?=\s*[a-z\d(,$])", lambda match: ANYWHERE[match[1]]),
    Rule(r"\bvs?\.\s*|\bvs\b", "versus "),
    Rule(r"\bw/o\b", "without"),
    Rule(r"\bw/(?=\s|[A-Za-z])", "with "),
    Rule(r"\bc/o\b", "care of"),
    Rule(r"\b(?:n/a|N/A)\b", "not available"),
    Rule(r"(?<=\w)\s?'[Nn]'\s?(?=\w)", " and "),
    Rule(rf"(?<![A-Za-z])'({alternatives(SHORTENED)})\b(?!')", lambda match: SHORTENED[match[1]]),
)  # fmt: skip
