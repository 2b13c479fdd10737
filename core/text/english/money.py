"""Amounts of money in words: "$3.50" -> "three dollars and fifty cents"."""

from __future__ import annotations

import re

from .number_words import cardinal, decimal
from .rules import Rule

CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "¢": ("cent", "cents", "", ""),
}
CODES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
SIGN = "[$€£¥₹]"
AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,31})(?:\.\d{1,15})?|\.\d{1,15}"
SCALES = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "mm": "million",
    "bn": "billion",
    "b": "billion",
    "tn": "trillion",
    "t": "trillion",
}
SCALE = r"(?:\s?(?P<scale>(?i:thousand|million|billion|trillion|bn|tn|mn|mm|[kmbt]))\b)?"


def scale_word(text: str | None) -> str:
    return f" {SCALES.get(text.lower(), text.lower())}" if text else ""


def amount(text: str, sign: str, scale: str | None) -> str:
    """ "3.50", "$" -> "three dollars and fifty cents"."""
    one, many, small, smalls = CURRENCIES[sign]
    text = text.replace(",", "")
    whole, _, fraction = text.partition(".")
    if scale or len(fraction) > 2 or not small:
        return f"{decimal(text)}{scale_word(scale)} {one if text == '1' and not scale else many}"
    parts = int((fraction + "0")[:2]) if fraction else 0
    big = f"{cardinal(whole)} {one if whole == '1' else many}" if whole and (int(whole) or not parts) else ""
    change = f"{cardinal(str(parts))} {small if parts == 1 else smalls}" if parts else ""
    return " and ".join(part for part in (big, change) if part)


def money_range(match: re.Match[str]) -> str:
    second = amount(match["second"], match["sign"], match["scale"])
    return f"{decimal(match['first'].replace(',', ''))} to {second}"


def signed_amount(match: re.Match[str]) -> str:
    minus = "minus " if match["minus"] else ""
    return f" {minus}{amount(match['amount'], match['sign'], match['scale'])}"


RULES = (
    Rule(r"\b(?:US|U\.S\.|AU|CA|NZ|HK)(?=\$\d)", ""),
    Rule(rf"(?P<sign>{SIGN})(?P<first>{AMOUNT})\s?[-–]\s?{SIGN}?(?P<second>{AMOUNT}){SCALE}", money_range),
    Rule(rf"(?P<minus>(?<!\w)-)?(?P<sign>{SIGN})\s?(?P<minus2>-)?(?P<amount>{AMOUNT}){SCALE}", signed_amount),
    Rule(rf"(?P<amount>{AMOUNT}){SCALE}\s?(?P<minus>)(?P<sign>[€£¥₹¢])", signed_amount),
    Rule(rf"\b(?P<code>{'|'.join(CODES)})\s?(?P<amount>{AMOUNT}){SCALE}",
         lambda match: amount(match["amount"], CODES[match["code"]], match["scale"])),
    Rule(rf"(?P<amount>{AMOUNT}){SCALE}\s?(?P<code>{'|'.join(CODES)})\b",
         lambda match: amount(match["amount"], CODES[match["code"]], match["scale"])),
)  # fmt: skip
