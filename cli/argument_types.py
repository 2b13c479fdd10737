"""Types of command-line arguments, each with its limits, and a parser whose errors are one line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ..core.settings import Limit


class Parser(argparse.ArgumentParser):
    """Reports an error in one line instead of repeating the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def number(limit: Limit) -> Callable[[str], float]:
    """An argument type: a number within a limit."""

    def parse(text: str) -> float:
        try:
            value = int(text) if limit.whole else float(text)
        except ValueError:
            value = float("nan")
        if not limit.holds(value):
            raise argparse.ArgumentTypeError(f"{text[:20]!r} is not {limit.needed}")
        return value

    return parse


def stepped(limit: Limit) -> Callable[[str], float]:
    """An argument type: a whole number within a limit that is a multiple of the limit's step."""

    def parse(text: str) -> float:
        value = number(limit)(text)
        if value % limit.step:
            raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a multiple of {limit.step:g}")
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
