"""Widgets that several nodes share, and keywords that only newer ComfyUI versions know."""

from __future__ import annotations

import inspect
from typing import Any

from comfy_api.latest import io

SEED_MAX = 0xFFFFFFFF


def newer(constructor: type, **keywords: Any) -> dict[str, Any]:
    """Those keywords that this ComfyUI's constructor accepts (0.3.75 lacks ``advanced`` and ``search_aliases``)."""
    known = inspect.signature(constructor).parameters
    return {name: value for name, value in keywords.items() if name in known}


def advanced_float(id: str, **keywords: Any) -> io.Float.Input:
    """A float widget that newer front ends fold away under 'advanced'."""
    return io.Float.Input(id, **keywords, **newer(io.Float.Input, advanced=True))


def seed_widget(tooltip: str) -> io.Int.Input:
    return io.Int.Input("seed", default=0, min=0, max=SEED_MAX, control_after_generate=True, tooltip=tooltip)


def fps_widget() -> io.Float.Input:
    return io.Float.Input(
        "fps",
        default=25.0,
        min=10.0,
        max=60.0,
        step=1.0,
        tooltip="Frames a second. The number of frames always follows from the sound: ceil(seconds * fps).",
    )


def speed_widget() -> io.Float.Input:
    return io.Float.Input(
        "speed", default=1.0, min=0.5, max=2.0, step=0.05, tooltip="Speaking rate: 2 is twice as fast, 0.5 half."
    )


def face_widgets() -> list[io.Float.Input]:
    """How the face behaves beyond speech: the fields of core.model.FaceControls but the seed."""
    return [
        io.Float.Input(
            "expression",
            default=1.0,
            min=0.0,
            max=2.0,
            step=0.05,
            tooltip="Strength of brow and eye movement with the speech: 0 is still, 1 natural.",
        ),
        io.Float.Input(
            "head_motion",
            default=1.0,
            min=0.0,
            max=2.0,
            step=0.05,
            tooltip="Strength of head movement: 0 holds the portrait's own pose, 1 is natural.",
        ),
        io.Float.Input(
            "blink_rate", default=17.0, min=0.0, max=60.0, step=1.0, tooltip="Blinks a minute; 0 never blinks."
        ),
        advanced_float(
            "gaze_x",
            default=0.0,
            min=-1.0,
            max=1.0,
            step=0.05,
            tooltip="Where the eyes look beside the portrait's own gaze: -1 left, 1 right of the picture.",
        ),
        advanced_float(
            "gaze_y",
            default=0.0,
            min=-1.0,
            max=1.0,
            step=0.05,
            tooltip="Where the eyes look beside the portrait's own gaze: -1 up, 1 down.",
        ),
    ]
