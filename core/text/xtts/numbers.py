"""Numbers in words, as in the training text of XTTS-v2: groups, money, decimals, ordinals, then whole numbers.

``faithful`` reads them exactly as the reference implementation does; otherwise years are read as years.
"""

from __future__ import annotations

import re
from collections.abc import Callable

ORDINAL = {
    "en": r"([0-9]+)(st|nd|rd|th)",
    "es": r"([0-9]+)(º|ª|er|os|as|o|a)",
    "fr": r"([0-9]+)(º|ª|er|re|ème|e)",
    "de": r"([0-9]+)(st|nd|rd|th|º|ª|\.(?=\s|$))",
    "pt": r"([0-9]+)(º|ª|os|as|o|a)",
    "it": r"([0-9]+)(º|°|ª|o|a|i|e)",
    "pl": r"([0-9]+)(º|ª|st|nd|rd|th)",
    "ar": r"([0-9]+)(ون|ين|ث|ر|ى)",
    "cs": r"([0-9]+)(\.(?=\s|$))",
    "ru": r"([0-9]+)(-ое|-ье|-го|-й|-я|-е)",
    "nl": r"([0-9]+)(de|ste|e)",
    "tr": r"([0-9]+)(\.|inci|nci|uncu|üncü)",
    "hu": r"([0-9]+)(\.|adik|edik|odik|ödike|ödik|ik)",
    "ko": r"([0-9]+)(번째|번|차|째)",
}
FIRST_DIGIT = r"(?<![0-9])"  # matches start at the first digit of a run only, which keeps the search linear
CURRENCIES = {"GBP": "£", "USD": r"\$", "EUR": "€"}
CENTS_SEPARATOR = {"es": " con ", "fr": " et ", "de": " und ", "pt": " e ", "it": " e "}
YEAR = re.compile(r"(?<![\d.,$£€])(1[1-9]\d\d|20[1-9]\d)(?![\d.,]*\d|[$£€%])")
NOT_IN_NUM2WORDS = {"hi", "ja", "zh-cn"}  # not spoken by num2words, or read by the romaniser
CHINESE_DIGITS = "零一二三四五六七八九"
MAX_DIGITS = 15  # longer numbers are read digit by digit


def spoken_numbers(text: str, language: str, english_commas: bool, faithful: bool) -> str:
    """``text`` with every number in words of ``language``."""
    if not re.search(r"\d", text):
        return text
    if language in NOT_IN_NUM2WORDS:
        return chinese_numbers(text) if language == "zh-cn" else text
    text = _ungrouped(text, english_commas)
    for currency, sign in CURRENCIES.items():
        amount = rf"(?:{sign}[0-9\.,]*[0-9])|(?:(?<![0-9.,])[0-9\.,]*[0-9]{sign})"
        text = re.sub(amount, lambda match, unit=currency: _amount(match[0], unit, language), text)
    if language == "en" and not faithful:
        text = YEAR.sub(lambda match: _words(int(match[0]), language, to="year"), text)
    if language != "tr":
        text = re.sub(FIRST_DIGIT + r"[0-9]+[.,][0-9]+", lambda match: _decimal(match[0], language), text)
    text = re.sub(FIRST_DIGIT + ORDINAL[language], lambda match: _ordinal(match, language), text)
    return re.sub(r"[0-9]+", lambda match: _whole(match[0], language), text)


def _ungrouped(text: str, english_commas: bool) -> str:
    """Numbers without the signs that group thousands."""
    if english_commas:
        return re.sub(r"\b\d{1,3}(,\d{3})*(\.\d+)?\b", lambda match: match[0].replace(",", ""), text)
    return re.sub(r"\b\d{1,3}(\.\d{3})*(,\d+)?\b", lambda match: match[0].replace(".", ""), text)


def _decimal(written: str, language: str) -> str:
    """A decimal number in words; one with too many digits as two whole numbers."""
    if len(written) > MAX_DIGITS:
        return re.sub(r"[.,]", " ", written)
    return _words(float(written.replace(",", ".")), language)


def _ordinal(match: re.Match[str], language: str) -> str:
    """An ordinal number in words; one with too many digits without its ending."""
    return f"{match[1]} " if len(match[1]) > MAX_DIGITS else _words(int(match[1]), language, to="ordinal")


def _amount(written: str, currency: str, language: str) -> str:
    """An amount with its currency; whole amounts are read without cents. What num2words cannot read stays as it is."""
    digits = re.sub(r"[^\d.]", "", written.replace(",", "."))
    try:
        amount = float(digits)
        spoken = _converted(amount, language, to="currency", currency=currency)
    except (NotImplementedError, KeyError, ValueError, ArithmeticError, TypeError):
        return written
    cents = spoken.rfind(CENTS_SEPARATOR.get(language, ", "))
    return spoken[:cents] if amount.is_integer() and cents != -1 else spoken


def _whole(digits: str, language: str) -> str:
    if len(digits) > MAX_DIGITS:
        return " ".join(_words(int(digit), language) for digit in digits)
    return _words(int(digits), language)


def _words(number: float, language: str, to: str = "cardinal") -> str:
    """A number in words; languages without the form ``to`` fall back to the cardinal number."""
    try:
        return _converted(number, language, to=to)
    except (NotImplementedError, KeyError, OverflowError, TypeError, IndexError):
        return _converted(number, language, to="cardinal")


def _converted(number: float, language: str, **form: str) -> str:
    from num2words import num2words  # loads forty languages, so only when a text has numbers

    convert: Callable[..., str] = num2words
    return convert(number, lang=language, **form)


def chinese_numbers(text: str) -> str:
    """Whole numbers below 10^8 and decimals in Chinese characters; longer numbers digit by digit."""
    text = re.sub(r"(?<!\d)(\d+)\.(\d+)", lambda match: f"{_chinese(match[1])}点{_each_digit(match[2])}", text)
    return re.sub(r"\d+", lambda match: _chinese(match[0]), text)


def _each_digit(digits: str) -> str:
    return "".join(CHINESE_DIGITS[int(digit)] for digit in digits)


def _chinese(digits: str) -> str:
    if len(digits) > 8 or (len(digits) > 1 and digits[0] == "0"):
        return _each_digit(digits)
    number = int(digits)
    if number >= 10_000:
        rest = number % 10_000
        tail = (_below_ten_thousand(rest) if rest >= 1000 else "零" + _below_ten_thousand(rest)) if rest else ""
        return _below_ten_thousand(number // 10_000) + "万" + tail
    return _below_ten_thousand(number)


def _below_ten_thousand(number: int) -> str:
    if number < 10:
        return CHINESE_DIGITS[number]
    if number < 20:
        return "十" + (CHINESE_DIGITS[number % 10] if number % 10 else "")
    value, unit = next((value, unit) for value, unit in ((1000, "千"), (100, "百"), (10, "十")) if number >= value)
    head, rest = CHINESE_DIGITS[number // value] + unit, number % value
    if rest == 0:
        return head
    gap = "零" if rest < value // 10 else ""
    tail = "一" + _below_ten_thousand(rest) if 10 <= rest < 20 else _below_ten_thousand(rest)
    return head + gap + tail
