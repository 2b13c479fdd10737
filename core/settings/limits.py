"""The limits: name, bounds, default and step of every number that a user can set."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real

from ..errors import InputError


@dataclass(frozen=True)
class Limit:
    """A number from ``low`` to ``high``; widgets move by ``step``, and a ``whole`` number has no fraction."""

    name: str
    low: float
    high: float
    default: float
    step: float = 0.05
    whole: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value is a number within the bounds; NaN never is."""
        return isinstance(value, Integral if self.whole else Real) and self.low <= value <= self.high

    def check(self, value: float, name: str | None = None) -> None:
        """Raises InputError outside the bounds; ``name`` replaces the limit's own in the message."""
        if not self.holds(value):
            raise InputError(f"{name or self.name} is {str(value)[:40]}: set {self.needed}.")

    @property
    def needed(self) -> str:
        """What is allowed, in words."""
        return f"a {'whole ' if self.whole else ''}number from {self._text(self.low)} to {self._text(self.high)}"

    def _text(self, bound: float) -> str:
        return str(int(bound)) if self.whole else f"{bound:g}"


def whole(name: str, low: int, high: int, default: int, step: int = 1) -> Limit:
    """A limit of whole numbers."""
    return Limit(name, low, high, default, step, whole=True)


SEEDS = 2**63  # seeds count from 0; sums of seeds wrap around here
MAX_CHARACTERS = 50_000  # of a text

FPS = Limit("fps", 1.0, 60.0, 25.0, step=1.0)
SPEED = Limit("speed", 0.5, 2.0, 1.0)
SEED = whole("seed", 0, SEEDS - 1, 0)

EXPRESSION = Limit("expression", 0.0, 2.0, 1.0)
HEAD_MOTION = Limit("head_motion", 0.0, 2.0, 1.0)
BLINK_RATE = Limit("blink_rate", 0.0, 60.0, 17.0, step=1.0)
GAZE = Limit("gaze", -1.0, 1.0, 0.0)

TEMPERATURE = Limit("temperature", 0.0, 2.0, 0.75)
TOP_K = whole("top_k", 0, 1024, 50)
TOP_P = Limit("top_p", 0.0, 1.0, 0.85, step=0.01)
REPETITION_PENALTY = Limit("repetition_penalty", 1.0, 20.0, 10.0, step=0.5)
BLEND_WEIGHT = Limit("weight", 0.0, 1.0, 0.5)

STEPS = whole("steps", 1, 200, 10)
GUIDANCE = Limit("guidance", 1.0, 20.0, 3.5, step=0.1)
GUIDANCE_START = Limit("guidance_start", 0.0, 1.0, 0.0)
GUIDANCE_END = Limit("guidance_end", 0.0, 1.0, 1.0)
CACHE_INTERVAL = whole("cache_interval", 1, 10, 1)
FRAME_SIDE = whole("size", 64, 1024, 512, step=64)
CLIP_FRAMES = whole("frames", 2, 30, 16)  # with two motion frames, all 32 positions of the motion modules
STRENGTH = Limit("strength", 0.0, 2.0, 1.0)


def check_text(text: str) -> None:
    """Raises InputError for what is no text, and for a text above the limit."""
    if not isinstance(text, str):
        raise InputError(f"text is {str(text)[:40]}: pass the words to speak as a string.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"text has {len(text):,} characters: shorten it to {MAX_CHARACTERS:,} or split it over several runs."
        )


def wrapped_seed(seed: int) -> int:
    """A sum of seeds as a seed."""
    return seed % SEEDS
