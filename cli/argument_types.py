"""Types of command-line arguments, each with its limits, and a parser that says what is wrong in one line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of repeating the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def number(low: float, high: float) -> Callable[[str], float]:
    """An argument type: a number from ``low`` to ``high``."""
    return _within(float, low, high, f"a number from {low:g} to {high:g}")


def whole(low: int, high: int) -> Callable[[str], int]:
    """An argument type: a whole number from ``low`` to ``high``."""
    return _within(int, low, high, f"a whole number from {low} to {high}")


def _within(convert: Callable, low: float, high: float, needed: str) -> Callable:
    def parse(text: str):
        try:
            value = convert(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:  # NaN is in no range
            raise argparse.ArgumentTypeError(f"{text!r} is not {needed}")
        return value

    return parse


def file_ending(suffix: str) -> Callable[[str], Path]:
    """An argument type: a file to write whose name ends in ``suffix``."""

    def parse(text: str) -> Path:
        path = Path(text)
        if path.suffix.lower() != suffix or "\0" in text:
            raise argparse.ArgumentTypeError(f"{text!r} must be a file name ending in {suffix}")
        if path.is_dir():
            raise argparse.ArgumentTypeError(f"{text!r} is a folder: name a file ending in {suffix}")
        return path

    return parse
