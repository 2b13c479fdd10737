"""The one exception that users see: bad input, said in one sentence."""

from __future__ import annotations


class InputError(ValueError):
    """Which input, what it was, what is needed, what to do."""
