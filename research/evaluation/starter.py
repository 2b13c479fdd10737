"""``narrating-face evaluate starter``: every figure that the starter weights are judged by, beside its target.

Sentences, voices and portraits are such as training never met. The report is written again after every section, so an
interrupted run keeps what it found.
"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import torch

from ...core.bundles import Portrait
from ...core.errors import InputError
from ...core.media import read_image
from ...core.runtime.files import replacing
from ...core.runtime.measurement import Measurement, table
from ...model_loaders.starter import WEIGHTS, load
from ..tools import checked, read_files
from .eval_animation import animation_measurements, eval_animations
from .eval_blocks import BLOCKS, block_measurements, eval_block
from .eval_faces import eval_portraits, face_measurements
from .eval_idle_motion import eval_idle_motion, idle_motion_measurements
from .eval_lengths import eval_length, length_measurements
from .eval_likeness import eval_likeness, likeness_measurements
from .eval_punctuation import eval_punctuation, punctuation_measurements
from .eval_sound import eval_sound, sound_measurements
from .eval_teacher import eval_teacher, teacher_measurements
from .mouth import SHA256, SOURCE
from .opinion import OpinionScorer
from .sentences import LIP_SENTENCES, SENTENCES
from .similarity import SpeakerSimilarity
from .spoken import Speaker
from .transcribe import Whisper

SOUNDS, PICTURES = (".wav", ".flac", ".opus", ".mp3"), (".png", ".jpg", ".jpeg", ".webp")

ROOMY = 0.2  # inter-ocular distance by the picture's side

Item = TypeVar("Item")
Report = Callable[[str, int, int], None]
Found = tuple[list[Measurement], Any]


@dataclass(frozen=True)
class Plan:
    """How much is judged: sentences for each voice, for likeness, for each portrait; how many of everything else."""

    sentences: int
    likeness_sentences: int
    face_sentences: int
    voices: int
    portraits: int
    recordings: int
    punctuation_voices: int
    block_voices: int
    block_sentences: int
    teacher: int
    lengths: tuple[int, ...]
    minutes: int


FULL = Plan(100, 12, 8, 100, 100, 10, 4, 8, 12, 100, (1, 10, 60, 180), 3)
QUICK = Plan(4, 3, 3, 9, 2, 2, 2, 2, 4, 12, (1, 10), 1)


@dataclass(frozen=True)
class Bench:
    """The judges, and what they judge."""

    speaker: Speaker
    opinion: OpinionScorer
    likeness: SpeakerSimilarity
    voices: list[Path]
    portraits: Sequence[Path]
    recordings: list[Path]
    teacher: Path | None
    task: Path
    keep: Path
    plan: Plan
    report: Report

    @cached_property
    def frontal(self) -> tuple[Path, Portrait]:
        """The portrait with the widest eyes that look straight at us: for what one face is enough for.

        One that fills its picture is taken only when all do: nothing around it stands still.
        """
        seen = [(path, self.speaker.model.encode_portrait(read_image(path))) for path in self.portraits]
        seen = [one for one in seen if one[1].statistics.face_size < ROOMY * min(one[1].image.shape[-2:])] or seen
        return max(
            seen,
            key=lambda one: min(one[1].statistics.eye_left, one[1].statistics.eye_right) - abs(one[1].statistics.yaw),
        )

    def counted(self, stage: str) -> Callable[[int, int], None]:
        return lambda done, total: self.report(stage, done, total)


def evaluate_starter(asked: Namespace, report: Report) -> list[str]:
    """Judge everything; returns the lines of the table."""
    torch.set_num_threads(asked.threads)
    found: dict[str, Found] = {}
    bench = _bench(asked, report)
    for name, judge in SECTIONS.items():
        if name in (asked.sections or SECTIONS) and (name != "teacher" or bench.teacher):
            found[name] = judge(bench)
            _write(asked.out, asked, found)
    return list(table(figure for measurements, _ in found.values() for figure in measurements))


def _bench(asked: Namespace, report: Report) -> Bench:
    plan = QUICK if asked.quick else FULL
    checked(read_files([asked.task], SOURCE), SHA256, SOURCE)
    keep = asked.keep or asked.cache / "videos"
    keep.mkdir(parents=True, exist_ok=True)
    model = load(folder=asked.weights or WEIGHTS)
    return Bench(
        Speaker(model, Whisper(asked.cache, asked.threads)),
        OpinionScorer(),
        SpeakerSimilarity(),
        files(asked.voices, SOUNDS)[: plan.voices],
        evenly(files(asked.portraits, PICTURES), plan.portraits),
        files(asked.recordings or asked.voices, SOUNDS)[: plan.recordings],
        asked.teacher,
        asked.task,
        keep,
        plan,
        report,
    )


def files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """The folder's files of a kind, in order."""
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in endings)
    if not found:
        raise InputError(f"the folder {str(folder)!r} holds no {' '.join(endings)} file: pass another one.")
    return found


def evenly(items: Sequence[Item], count: int) -> Sequence[Item]:
    """``count`` of the items, spread over all of them."""
    return items[:: max(1, len(items) // count)][:count]


def _speech(bench: Bench) -> Found:
    sentences = evenly(SENTENCES, bench.plan.sentences)
    rows = eval_sound(bench.speaker, bench.opinion, bench.voices, sentences, bench.counted("speech"))
    return sound_measurements(rows), rows


def _likeness(bench: Bench) -> Found:
    sentences = evenly(SENTENCES, bench.plan.likeness_sentences)
    rows = eval_likeness(bench.speaker, bench.likeness, bench.voices, sentences, bench.counted("voice profile"))
    return likeness_measurements(rows), rows


def _punctuation(bench: Bench) -> Found:
    rows = eval_punctuation(bench.speaker, bench.voices[: bench.plan.punctuation_voices])
    bench.report("punctuation", 1, 1)
    return punctuation_measurements(rows), rows


def _teacher(bench: Bench) -> Found:
    assert bench.teacher is not None
    rows = eval_teacher(bench.teacher, bench.speaker.whisper, bench.opinion, bench.plan.teacher)
    bench.report("teacher", 1, 1)
    return teacher_measurements(rows), rows


def _faces(bench: Bench) -> Found:
    sentences, voice = LIP_SENTENCES[: bench.plan.face_sentences], bench.speaker.profile(bench.voices[0])
    count = len(bench.portraits)
    done = iter(range(1, count + 1))
    rows = eval_portraits(
        bench.speaker.model,
        bench.portraits,
        voice,
        sentences,
        bench.task,
        bench.keep,
        lambda _: bench.report("face", next(done), count),
    )
    return face_measurements(rows), rows


def _lengths(bench: Bench) -> Found:
    portrait, voice, rows = bench.frontal[1], bench.speaker.profile(bench.voices[-1]), []
    for asked in bench.plan.lengths:
        target = bench.keep / f"length_{asked}.mp4"
        rows.append(eval_length(bench.speaker.model, portrait, voice, asked, bench.task, target))
        bench.report("lengths", len(rows), len(bench.plan.lengths))
    return length_measurements(rows), rows


def _animations(bench: Bench) -> Found:
    model, counted = bench.speaker.model, bench.counted("animate")
    rows = eval_animations(model, bench.frontal[1], bench.recordings, bench.task, bench.keep, counted)
    return animation_measurements(rows), rows


def _liveliness(bench: Bench) -> Found:
    model, voice = bench.speaker.model, bench.speaker.profile(bench.voices[-1])
    row = eval_idle_motion(model, bench.frontal[1], voice, bench.task, 12 * bench.plan.minutes)
    bench.report("liveliness", 1, 1)
    return idle_motion_measurements(row), row


def _blocks(bench: Bench) -> Found:
    voices, sentences = bench.voices[: bench.plan.block_voices], evenly(SENTENCES, bench.plan.block_sentences)
    judges, portrait, rows = (bench.likeness, bench.opinion), bench.frontal[0], []
    for encoder in BLOCKS:
        rows.append(eval_block(bench.speaker, judges, voices, sentences, portrait, bench.task, bench.keep, encoder))
        bench.report("blocks", len(rows), len(BLOCKS))
    return block_measurements(rows), rows


SECTIONS: dict[str, Callable[[Bench], Found]] = {
    "speech": _speech,
    "voice profile": _likeness,
    "punctuation": _punctuation,
    "teacher": _teacher,
    "face": _faces,
    "lengths": _lengths,
    "animate": _animations,
    "liveliness": _liveliness,
    "blocks": _blocks,
}


def _write(target: Path, asked: Namespace, found: dict[str, Found]) -> None:
    """The whole report: figures with their verdicts, and every row that they come from."""
    report = {
        "quick": asked.quick,
        "figures": [_verdict(name, figure) for name, (measurements, _) in found.items() for figure in measurements],
        "details": {name: _plain(rows) for name, (_, rows) in found.items()},
    }
    with replacing(target) as temporary:
        temporary.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")


def _verdict(section: str, figure: Measurement) -> dict[str, Any]:
    return {"section": section, **asdict(figure), "met": figure.met}


def _plain(rows: Any) -> Any:
    return [asdict(row) for row in rows] if isinstance(rows, list) else asdict(rows)
