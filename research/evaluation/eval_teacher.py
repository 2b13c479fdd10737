"""Teacher recordings -> the same measures of sound: the ceiling for everything trained on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.errors import InputError
from ...core.runtime.measurement import Measurement
from ..metrics.cleanliness import count_clicks
from ..metrics.opinion import OpinionScorer
from ..metrics.transcribe import Whisper
from ..metrics.word_errors import word_errors
from .synthesis import read_mono


@dataclass(frozen=True)
class TeacherRow:
    recording: str
    text: str
    heard: str
    errors: int
    words: int
    opinion: float
    clicks: int


def eval_teacher(
    folder: Path, whisper: Whisper, opinion: OpinionScorer, count: int, report: Callable[[int, int], None]
) -> list[TeacherRow]:
    """The first ``count`` recordings of a folder with ``meta.jsonl`` (``id`` and ``text`` in every line)."""
    lines, rows = _lines(folder)[:count], []
    for line in lines:
        sound, rate = read_mono(_recording(folder, line["id"]))
        transcript = whisper.transcribe(sound, rate)
        errors, words = word_errors(line["text"], transcript)
        score = opinion.score(sound, rate)
        rows.append(TeacherRow(line["id"], line["text"], transcript, errors, words, score, count_clicks(sound, rate)))
        report(len(rows), len(lines))
    return rows


def _lines(folder: Path) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in (folder / "meta.jsonl").read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise InputError(
            f"{str(folder / 'meta.jsonl')!r} could not be read ({error.strerror}): pass a folder that "
            "research.training.teacher wrote."
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
