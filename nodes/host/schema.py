"""Widgets that several nodes share, and keywords that only newer ComfyUI versions know."""

from __future__ import annotations

import inspect
from typing import Any

from comfy_api.latest import io

from ...core.settings import Limit
from ...core.settings.limits import (
    BLINK_RATE,
    EXPRESSION,
    FPS,
    GAZE,
    HEAD_MOTION,
    MAX_CHARACTERS,
    SEED,
    SPEED,
)
from ...model_loaders.registry import FAMILIES


def newer(constructor: type, **keywords: Any) -> dict[str, Any]:
    """Those keywords that this ComfyUI's constructor accepts (0.3.75 lacks ``advanced`` and ``search_aliases``)."""
    known = inspect.signature(constructor).parameters
    return {name: value for name, value in keywords.items() if name in known}


def number_widget(limit: Limit, tooltip: str, id: str | None = None, advanced: bool = False) -> Any:
    """A number with its limit; newer front ends fold an ``advanced`` one away."""
    kind: Any = io.Int.Input if limit.whole else io.Float.Input
    convert = int if limit.whole else float
    bounds = {"min": convert(limit.low), "max": convert(limit.high), "step": convert(limit.step)}
    folded = newer(kind, advanced=True) if advanced else {}
    return kind(id or limit.name, default=convert(limit.default), **bounds, tooltip=tooltip, **folded)


def switch(id: str, default: bool, tooltip: str) -> io.Boolean.Input:
    """An on-off widget that newer front ends fold away."""
    return io.Boolean.Input(id, default=default, tooltip=tooltip, **newer(io.Boolean.Input, advanced=True))


def seed_widget(tooltip: str) -> io.Int.Input:
    low, high, default = int(SEED.low), int(SEED.high), int(SEED.default)
    return io.Int.Input("seed", default=default, min=low, max=high, control_after_generate=True, tooltip=tooltip)


def text_widget() -> io.String.Input:
    return io.String.Input(
        "text",
        multiline=True,
        dynamic_prompts=False,
        default="Hello! This is my face, and this is my voice.",
        placeholder="What the face says",
        tooltip=f"Any length up to {MAX_CHARACTERS:,} characters; spoken sentence by sentence.",
    )


def language_widget() -> io.Combo.Input:
    languages = list(dict.fromkeys(code for family in FAMILIES.values() for code in family.languages))
    tooltip = "Of the text: XTTS-v2 speaks all of these, the starter's voice English."
    return io.Combo.Input("language", options=languages, default="en", optional=True, tooltip=tooltip)


def fps_widget() -> Any:
    return number_widget(FPS, "Frames a second. The number of frames follows from the sound: ceil(seconds * fps).")


def speed_widget() -> Any:
    return number_widget(SPEED, "Speaking rate: 2 is twice as fast, 0.5 half.")


def face_widgets() -> list[Any]:
    """How the face behaves beyond speech: the fields of core.settings.FaceControls but the seed."""
    gaze = "Where the eyes look, relative to the portrait's own gaze: "
    return [
        number_widget(EXPRESSION, "Strength of brow and eye movement with the speech: 0 is still, 1 natural."),
        number_widget(HEAD_MOTION, "Strength of head movement: 0 holds the portrait's own pose, 1 is natural."),
        number_widget(BLINK_RATE, "Blinks a minute; 0 never blinks."),
        number_widget(GAZE, gaze + "-1 left, 1 right of the picture.", "gaze_x", advanced=True),
        number_widget(GAZE, gaze + "-1 up, 1 down.", "gaze_y", advanced=True),
    ]
