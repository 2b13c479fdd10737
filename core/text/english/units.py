"""Units and percentages in words: "5 km" -> "5 kilometers". The number itself is left to numbers.py."""

from __future__ import annotations

import re

from .rules import Rule, alternatives

UNITS: dict[str, tuple[str, str]] = {
    "km/h": ("kilometer per hour", "kilometers per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
    "mph": ("mile per hour", "miles per hour"), "m/s": ("meter per second", "meters per second"),
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "nm": ("nanometer", "nanometers"), "microm": ("micrometer", "micrometers"),
    "mi": ("mile", "miles"), "ft": ("foot", "feet"), "yd": ("yard", "yards"), "yds": ("yard", "yards"),
    "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"),
    "microg": ("microgram", "micrograms"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "l": ("liter", "liters"), "L": ("liter", "liters"), "ml": ("milliliter", "milliliters"),
    "mL": ("milliliter", "milliliters"), "cl": ("centiliter", "centiliters"), "gal": ("gallon", "gallons"),
    "ha": ("hectare", "hectares"), "sq ft": ("square foot", "square feet"), "sq m": ("square meter", "square meters"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"), "%": ("percent", "percent"),
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"), "KB": ("kilobyte", "kilobytes"), "kB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit per second", "megabits per second"), "Gbps": ("gigabit per second", "gigabits per second"),
    "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"), "MW": ("megawatt", "megawatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"), "V": ("volt", "volts"), "mA": ("milliamp", "milliamps"),
    "mAh": ("milliamp hour", "milliamp hours"), "dB": ("decibel", "decibels"),
    "fps": ("frame per second", "frames per second"),
    "px": ("pixel", "pixels"), "dpi": ("dot per inch", "dots per inch"),
    "rpm": ("revolution per minute", "revolutions per minute"),
    "bpm": ("beat per minute", "beats per minute"), "kcal": ("kilocalorie", "kilocalories"),
    "cal": ("calorie", "calories"), "kJ": ("kilojoule", "kilojoules"),
    "ms": ("millisecond", "milliseconds"), "sec": ("second", "seconds"), "secs": ("second", "seconds"),
    "min": ("minute", "minutes"), "mins": ("minute", "minutes"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"),
    "h": ("hour", "hours"), "yr": ("year", "years"), "yrs": ("year", "years"),
}  # fmt: skip
ATTACHED = {"s": ("second", "seconds"), "in": ("inch", "inches"), '"': ("inch", "inches"), "x": ("times", "times")}
POWERS = {"2": "square ", "3": "cubic ", " squared": "square ", " cubed": "cubic "}
NUMBER = r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d{1,31})(?:\.\d{1,15})?)"


def quantity(match: re.Match[str]) -> str:
    """12 m/s, 100 m2: the unit in the singular or plural, its power before it."""
    one, many = (UNITS | ATTACHED)[match["unit"]]
    named = match.groupdict()
    power = POWERS[named["power"]] if named.get("power") else ""
    return f"{match['number']} {power}{one if match['number'] == '1' else many}"


def compound_adjective(match: re.Match[str]) -> str:
    """A 5-km run: the unit stays in the singular."""
    return f"{match['number']} {UNITS[match['unit']][0]}"


def feet_and_inches(match: re.Match[str]) -> str:
    """5'11\" -> 5 foot 11."""
    return f"{match[1]} foot {match[2]}"


LETTER_UNITS = {name: words for name, words in UNITS.items() if name.isalpha() or "/" in name or " " in name}

RULES = (
    Rule(r"\b(\d)'(\d{1,2})(?:\"|'')", feet_and_inches),
    Rule(rf"\b{NUMBER}-(?P<unit>{alternatives(LETTER_UNITS)})\b(?!-)", compound_adjective),
    Rule(r"(?<![\w.])(?P<number>\d[\d,]{0,30}(?:\.\d{1,15})?)\s?(?P<unit>km|m|cm|mm|ft|mi)(?P<power>[23]|\ssquared|\scubed)(?!\w)",
         quantity),
    Rule(rf"(?<![A-Za-z]){NUMBER}\s?(?P<unit>{alternatives(LETTER_UNITS)})(?![\w'])(?!\s?/)", quantity),
    Rule(rf"(?<![A-Za-z]){NUMBER}\s?(?P<unit>°\s?C|°\s?F|°|%)(?!\w)",
         lambda match: f"{match['number']} {UNITS[match['unit'].replace(' ', '')][match['number'] != '1']}"),
    Rule(rf"(?<![A-Za-z]){NUMBER}(?P<unit>{alternatives(ATTACHED)})(?![\w'])", quantity),
    Rule(r"(?<=\d)\s?[Kk]\b(?!-)", " thousand"),
    Rule(r"(?<=\d)\s?(?:bn|Bn)\b", " billion"),
    Rule(r"(?<=\d)M\b", " million"),
)  # fmt: skip
