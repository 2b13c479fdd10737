"""The command line, ``narrating-face``."""

from .entry import main

__all__ = ["main"]
