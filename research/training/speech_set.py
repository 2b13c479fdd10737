"""Teacher speech on disk -> training arrays.

In: a folder of Opus or FLAC files with ``meta.jsonl`` (id, speaker, text, phonemes, durations, samples), as
``research.training.teacher`` writes it. Out: one memory-mapped int16 array of all sound, one Utterance per line
and the pitch of each. A cache folder keeps what takes minutes, so that a resumed training starts at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from ...core.audio.pitch import fundamental
from ...core.runtime.files import replacing, save_tensors
from ...core.timing import SAMPLE_RATE, TOKEN_SAMPLES

LEAD_TOKENS = 3  # 62 ms measured, rounded up so that a causal decoder knows a sound before it starts


@dataclass(frozen=True)
class Utterance:
    """One line of meta.jsonl; ``first`` is its first sample in the joined array."""

    id: str
    speaker: str
    text: str
    phonemes: str
    durations: tuple[int, ...]
    samples: int
    first: int


class SpeechSet:
    """All utterances of a folder; sound is read from the memory map on demand."""

    def __init__(self, folder: str | Path, cache: str | Path) -> None:
        self.utterances = _read_meta(Path(folder))
        self._joined = _joined_sound(Path(folder), Path(cache), self.utterances)
        self._sound = np.load(self._joined, mmap_mode="r")

    def waveform(self, utterance: Utterance) -> Tensor:
        """Samples [S] in -1..1 at 24 kHz."""
        samples = self._sound[utterance.first : utterance.first + utterance.samples]
        return torch.from_numpy(samples.astype(np.float32)) / 32768

    def pitch(self) -> dict[str, Tensor]:
        """Utterance id -> F0 [T] in Hz at 40 Hz, 0 where unvoiced."""
        target = self._joined.with_suffix(".f0.safetensors")
        if not target.exists():
            curves = {utterance.id: fundamental(self.waveform(utterance)) for utterance in self.utterances}
            save_tensors(target, curves, {})
        return load_file(target)

    def split(self, every: int = 50) -> tuple[list[Utterance], list[Utterance]]:
        """(training, validation): each ``every``-th utterance is held out."""
        held = self.utterances[every - 1 :: every]
        return [utterance for utterance in self.utterances if utterance not in set(held)], held


def acoustic_durations(utterance: Utterance) -> tuple[int, ...]:
    """Durations in step with the sound: the teacher's run LEAD_TOKENS late, which move from START to END."""
    first, *middle, last = utterance.durations
    shift = min(LEAD_TOKENS, first - 1)
    return (first - shift, *middle, last + shift)


def _read_meta(folder: Path) -> list[Utterance]:
    utterances, first = [], 0
    for line in (folder / "meta.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if sum(row["durations"]) * TOKEN_SAMPLES != row["samples"]:
            raise ValueError(f"{folder.name}/{row['id']}: durations do not add up to its {row['samples']} samples.")
        utterances.append(
            Utterance(
                row["id"],
                row["speaker"],
                row["text"],
                row["phonemes"],
                tuple(row["durations"]),
                row["samples"],
                first,
            )
        )
        first += row["samples"]
    return utterances


def _joined_sound(folder: Path, cache: Path, utterances: list[Utterance]) -> Path:
    total = utterances[-1].first + utterances[-1].samples
    target = cache / f"{folder.name}-{len(utterances)}-{total}.npy"
    if not target.exists():
        sound = np.zeros(total, np.int16)
        for utterance in utterances:
            path = next(folder.glob(f"{utterance.id}.*"))
            sound[utterance.first : utterance.first + utterance.samples] = decode_sound(path)[: utterance.samples]
        with replacing(target) as temporary, temporary.open("wb") as file:
            np.save(file, sound)
    return target


def decode_sound(path: Path) -> np.ndarray:
    """One sound file as int16 mono samples [S] at 24 kHz."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    blocks = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            blocks += [block.to_ndarray()[0] for block in resampler.resample(frame)]
        blocks += [block.to_ndarray()[0] for block in resampler.resample(None)]
    return np.concatenate(blocks)
