"""Progress: one event for every stage of the pipeline, and the callback that receives it.

A callback may raise any exception to cancel the work; it passes through every stage unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class Stage(str, Enum):
    """The stages that report; the value is what people read."""

    IMPORT = "import"
    LOAD = "load weights"
    PORTRAIT = "portrait"
    VOICE_PROFILE = "voice profile"
    ENTANGLE = "entangle"
    DECODE_SPEECH = "decode speech"
    GENERATE_SPEECH = "generate speech"
    FRAMES = "frames"
    CONVERT = "convert"
    BENCHMARK = "benchmark"
    EVALUATE = "evaluate"


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` steps of a stage; ``detail`` names a part of it, such as a section of an evaluation."""

    stage: Stage
    done: int
    total: int
    detail: str = ""

    @property
    def fraction(self) -> float:
        """0..1."""
        return min(1.0, self.done / max(1, self.total))


ProgressCallback = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """The callback of those who want no progress."""


def as_part(report: ProgressCallback, done: int, total: int) -> ProgressCallback:
    """The callback of a part that begins after ``done`` of the ``total`` steps of the whole."""
    return lambda part: report(replace(part, done=done + part.done, total=total))


def counted(items: Iterable[T], stage: Stage, total: int, report: ProgressCallback) -> Iterator[T]:
    """The items, each reported as it passes."""
    for done, item in enumerate(items, 1):
        report(Progress(stage, done, max(total, done)))
        yield item
