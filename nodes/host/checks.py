"""Checks of input values before a run starts: True, or a message that ComfyUI shows at the node.

A value that arrives over a wire is not known by then (it is None or absent): ``StageNode.check`` repeats the check when
the node runs. ComfyUI's own checks let NaN pass, a value where a wire belongs, and in 0.3.75 any choice of a combo.
"""

from __future__ import annotations

import math
from typing import Any

from comfy_api.latest import io

from ...core.errors import InputError
from ...core.settings.limits import MAX_CHARACTERS


class StageNode(io.ComfyNode):
    """A node whose values are held against its own schema."""

    @classmethod
    def validate_inputs(cls, **values: Any) -> bool | str:
        inputs = {input.id: input for input in cls.define_schema().inputs}
        faults = (fault(inputs[name], value) for name, value in values.items() if name in inputs and value is not None)
        return next((message for message in faults if message), True)

    @classmethod
    def check(cls, **values: Any) -> None:
        """Raise InputError for the first value that is missing or not allowed."""
        absent = next((name for name, value in values.items() if value is None), None)
        if absent is not None:
            raise InputError(f"{absent} has no value: set one in the node.")
        verdict = cls.validate_inputs(**values)
        if verdict is not True:
            raise InputError(str(verdict))


def fault(input: io.Input, value: Any) -> str | None:
    """What is wrong with a value, if anything."""
    if isinstance(input, io.Combo.Input):
        return unknown_choice(input, value)
    if isinstance(input, (io.Int.Input, io.Float.Input)):
        return out_of_bounds(input, value)
    if isinstance(input, io.String.Input):
        return unsayable(input.id, value) if input.multiline else None
    if isinstance(input, io.Boolean.Input):
        return None
    return f"{input.id} is {str(value)[:80]!r}: connect a wire to it."


def unknown_choice(input: io.Combo.Input, value: Any) -> str | None:
    if value in input.options:
        return None
    choices = ", ".join(map(str, input.options[:20])) or "nothing, there is none yet"
    return f"{input.id} is {str(value)[:80]!r}: choose one of {choices}."


def out_of_bounds(input: io.Int.Input | io.Float.Input, value: float) -> str | None:
    if math.isfinite(value) and input.min <= value <= input.max:
        return None
    return f"{input.id} is {value}: set a number from {input.min} to {input.max}."


def unsayable(name: str, text: str) -> str | None:
    """Some text, of bounded length, without NUL characters."""
    if len(text) > MAX_CHARACTERS:
        return f"{name} has {len(text):,} characters: shorten it to {MAX_CHARACTERS:,} or split it over several runs."
    if "\0" in text:
        return f"{name} contains a NUL character: remove it."
    if not text.strip():
        return f"{name} is empty: write what the face says."
    return None
