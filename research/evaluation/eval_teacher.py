"""Teacher recordings -> what the judges make of them: the ceiling for everything that learned from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.errors import InputError
from ...core.runtime.measurement import Measurement
from .cleanliness import clicks
from .opinion import OpinionScorer
from .spoken import sound_of
from .transcribe import Whisper
from .word_errors import word_errors


@dataclass(frozen=True)
class TeacherRow:
    recording: str
    text: str
    heard: str
    errors: int
    words: int
    opinion: float
    clicks: int


def eval_teacher(folder: Path, whisper: Whisper, opinion: OpinionScorer, most: int) -> list[TeacherRow]:
    """At most ``most`` recordings of a folder with ``meta.jsonl`` (``id`` and ``text`` in every line)."""
    rows = []
    for line in _lines(folder)[:most]:
        sound, rate = sound_of(_recording(folder, line["id"]))
        heard = whisper.transcribe(sound, rate)
        errors, words = word_errors(line["text"], heard)
        score = opinion.score(sound, rate)
        rows.append(TeacherRow(line["id"], line["text"], heard, errors, words, score, clicks(sound, rate)))
    return rows


def _lines(folder: Path) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in (folder / "meta.jsonl").read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise InputError(
            f"{str(folder / 'meta.jsonl')!r} could not be read ({error.strerror}): pass a folder that "
            "research.training.teacher made."
        ) from error


def _recording(folder: Path, name: str) -> Path:
    return next(iter(sorted(folder.glob(f"{name}.*"))), folder / f"{name}.flac")


def teacher_measurements(rows: Sequence[TeacherRow]) -> list[Measurement]:
    rate = sum(row.errors for row in rows) / sum(row.words for row in rows)
    return [
        Measurement("teacher: word error rate", rate),
        Measurement("teacher: DistillMOS", float(np.mean([row.opinion for row in rows]))),
        Measurement("teacher: clicks per sentence", float(np.mean([row.clicks for row in rows]))),
    ]
