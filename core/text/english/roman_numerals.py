"""Roman numerals in words after names and titles: Henry VIII -> Henry the Eighth, Chapter IV -> Chapter four.

Other Roman numerals stay as they are.
"""

from __future__ import annotations

import re

from .number_words import cardinal, ordinal
from .rules import Rule

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
NUMERAL = r"(?=[IVXLC])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC])"
LONG_NUMERAL = r"(?=[IVXLC]{2})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC])"
REIGNING = (
    "Henry|Louis|Charles|George|Edward|Richard|William|James|Elizabeth|Mary|Philip|Philippe|Francis|Frederick|"
    "Catherine|Peter|Nicholas|Alexander|Ivan|Paul|Pius|Leo|Benedict|Gregory|Clement|Innocent|Urban|Boniface|John|"
    "Napoleon|Ferdinand|Alfonso|Carlos|Otto|Wilhelm|Leopold|Ramses|Ramesses|Ptolemy|Cleopatra|Xerxes|Darius|"
    "Margaret|Christian|Gustav|Harald|Haakon|Albert|Rainier|Victoria|Malcolm|Robert|David|Sixtus|Julius|Celestine"
)
TITLED = r"(?:King|Queen|Pope|Emperor|Empress|Tsar|Czar|Prince|Princess|Sultan|Pharaoh|Duke)\s+[A-Z][a-z]+"
NUMBERED = (
    "Chapter|Part|Act|Scene|Volume|Book|Section|Phase|Type|Class|Appendix|Article|Stage|Level|Title|Grade|Mark|"
    "Canto|Figure|Table|War|Bowl|Episode|Group|Unit|Category|Factor|Schedule"
)


def numeral_value(numeral: str) -> int:
    """IX -> 9."""
    numbers = [VALUES[letter] for letter in numeral]
    return sum(-one if one < two else one for one, two in zip(numbers, [*numbers[1:], 0], strict=True))


def regnal_number(match: re.Match[str]) -> str:
    return f"{match[1]} the {ordinal(str(numeral_value(match[2]))).title()}"


def numbered_part(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(str(numeral_value(match[2])))}"


RULES = (
    Rule(rf"\b({TITLED})\s+({NUMERAL})\b(?!\.[A-Z]|'(?!s\b))", regnal_number),
    Rule(rf"\b({REIGNING})\s+((?!I\b){NUMERAL})\b(?!\.[A-Z]|'(?!s\b))", regnal_number),
    Rule(rf"\b(?i:({NUMBERED}))\s+({NUMERAL})\b(?!\.[A-Z]|'(?!s\b))", numbered_part),
    Rule(rf"\b([A-Z][a-z]+)\s+({LONG_NUMERAL})\b(?!\.[A-Z])", numbered_part),
)
