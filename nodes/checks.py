"""Checks of widget values: True, or a message that ComfyUI shows at the node before the run starts.

A value that arrives over a wire is not known by then: ``require`` repeats the check when the node runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from comfy_api.latest import io

from ..core.errors import InputError

MAX_CHARACTERS = 20_000


def in_bounds(node: type[io.ComfyNode], **values: float) -> bool | str:
    """Finite and within the widget's bounds. ComfyUI's own check lets NaN pass."""
    widgets = {widget.id: widget for widget in node.define_schema().inputs}
    for name, value in values.items():
        low, high = widgets[name].min, widgets[name].max
        if not math.isfinite(value) or not low <= value <= high:
            return f"{name} is {value}: set a number from {low:g} to {high:g}."
    return True


def one_of(name: str, value: object, options: Iterable[str]) -> bool | str:
    """One of a combo's options. ComfyUI 0.3.75 does not check the combos of V3 nodes."""
    options = list(options)
    if value not in options:
        return (
            f"{name} is {str(value)[:80]!r}: choose one of {', '.join(options[:20]) or 'nothing, none is there yet'}."
        )
    return True


def sayable(text: str) -> bool | str:
    """Some text, of bounded length, without control characters."""
    if len(text) > MAX_CHARACTERS:
        return f"text has {len(text):,} characters: shorten it to {MAX_CHARACTERS:,} or split it over several runs."
    if "\0" in text:
        return "text contains a NUL character: remove it."
    if not text.strip():
        return "text is empty: write what the face shall say."
    return True


def require(check: bool | str) -> None:
    """Raise InputError with the message of a failed check."""
    if check is not True:
        raise InputError(str(check))


def first_problem(*checks: bool | str) -> bool | str:
    """The first message among several checks, or True."""
    return next((check for check in checks if check is not True), True)
