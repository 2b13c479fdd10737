"""How much is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class EvaluationPlan:
    """Numbers of sentences for each voice, for likeness and for each portrait; ``lengths`` are seconds of narration,
    ``minutes`` those of the narration that idle motion is measured in; the others count what their names say."""

    sentences: int
    likeness_sentences: int
    face_sentences: int
    voices: int
    portraits: int
    recordings: int
    punctuation_voices: int
    block_voices: int
    block_sentences: int
    teacher_recordings: int
    lengths: tuple[int, ...]
    minutes: int


FULL = EvaluationPlan(100, 12, 8, 100, 100, 10, 4, 8, 12, 100, (1, 10, 60, 180), 3)
QUICK = EvaluationPlan(4, 3, 3, 9, 2, 2, 2, 2, 4, 12, (1, 10), 1)


def spread_evenly(items: Sequence[Item], count: int) -> Sequence[Item]:
    """``count`` of the items, spread over all of them."""
    return items[:: max(1, len(items) // count)][:count]
