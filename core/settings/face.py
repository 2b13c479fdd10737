"""How a face behaves beyond speech."""

from __future__ import annotations

from dataclasses import dataclass

from .limits import (
    BLINK_RATE,
    EXPRESSION,
    GAZE,
    HEAD_MOTION,
    SEED,
)


@dataclass(frozen=True)
class FaceControls:
    """Strengths multiply; 0 switches off, 1 is natural. Raises InputError outside the limits.

    ``blink_rate`` is blinks a minute; gaze targets are -1..1 (x right, y down) relative to the portrait's own gaze.
    """

    expression: float = EXPRESSION.default
    head_motion: float = HEAD_MOTION.default
    blink_rate: float = BLINK_RATE.default
    gaze_x: float = GAZE.default
    gaze_y: float = GAZE.default
    seed: int = 0

    def __post_init__(self) -> None:
        EXPRESSION.check(self.expression)
        HEAD_MOTION.check(self.head_motion)
        BLINK_RATE.check(self.blink_rate)
        GAZE.check(self.gaze_x, "gaze_x")
        GAZE.check(self.gaze_y, "gaze_y")
        SEED.check(self.seed)
