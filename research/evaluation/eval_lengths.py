"""Narrations of 1 s to 3 min -> whether the seen mouth follows the intended one throughout, without drifting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...core.bundles import Portrait, VoiceProfile
from ...core.media import write_video
from ...core.media.probe import probe, read_frames
from ...core.model import Model
from ...core.pipeline import narrate
from ...core.runtime.measurement import Measurement
from ..metrics.lips import lip_correlation
from ..metrics.mouth import measure_faces
from .starter_motion import known_motion

FEW_WORDS = "Good morning, Bob."
SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody in the whole village minds. "  # about 5 s
SENTENCE_COUNTS = {1: 0, 10: 2, 60: 12, 180: 36}
MIN_THIRD_SECONDS = 9.0  # shorter thirds show no drift


@dataclass(frozen=True)
class LengthRow:
    """``lags`` in frames of the whole and, in long narrations, of their first and last third."""

    asked: int
    seconds: float
    correlation: float
    lags: tuple[int, ...]
    in_step: bool


def eval_length(
    model: Model, portrait: Portrait, voice: VoiceProfile, target_seconds: int, task: Path, target: Path
) -> LengthRow:
    """One narration of about ``target_seconds`` (a key of SENTENCE_COUNTS), written to ``target`` and measured."""
    text = SENTENCE * SENTENCE_COUNTS[target_seconds] or FEW_WORDS
    narration = narrate(model, portrait, voice, text)
    write_video(target, narration)
    seconds = narration.speech.seconds
    intended, seen = known_motion(narration)["lip_gap"][0].numpy(), measure_faces(read_frames(target), task).aperture
    correlation, lag = lip_correlation(intended, seen)
    third = len(seen) // 3
    parts = (slice(0, third), slice(-third, None)) if seconds / 3 > MIN_THIRD_SECONDS else ()
    lags = (lag, *(lip_correlation(intended[part], seen[part])[1] for part in parts))
    return LengthRow(target_seconds, seconds, correlation, lags, probe(target).in_step(seconds))


def length_measurements(rows: Sequence[LengthRow]) -> list[Measurement]:
    measurements = []
    for row in rows:
        lag = max(row.lags, key=abs)
        measurements += [
            Measurement(f"{row.asked} s: seen opening against the intended one", row.correlation, least=0.8),
            Measurement(f"{row.asked} s: its lag, largest", lag, -1, 1, "frames"),
            Measurement(f"{row.asked} s: every frame there and in step", float(row.in_step), least=1.0),
        ]
    return measurements
