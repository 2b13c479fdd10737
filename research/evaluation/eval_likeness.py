"""Voice samples never trained on -> whether speech sounds like its own sample, and how poor samples spoil that."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ...core.errors import InputError
from ...core.runtime.measurement import Measurement
from .damage import DAMAGES
from .pitch import median_f0
from .similarity import SpeakerSimilarity
from .spoken import (
    Speaker,
    Spoken,
    say,
    sound_of,
)


@dataclass(frozen=True)
class LikenessRow:
    """``own`` and ``others``: similarity of the speech to its sample and on average to the other samples; ``nearest``
    the sample that it is most like; ``falls`` what each damage to the sample takes from ``own``."""

    voice: str
    own: float
    others: float
    nearest: str
    sample_f0: float
    speech_f0: float
    falls: dict[str, float]

    @property
    def semitones(self) -> float:
        return abs(12 * math.log2(self.speech_f0 / self.sample_f0)) if self.speech_f0 and self.sample_f0 else math.inf


def eval_likeness(
    speaker: Speaker,
    judge: SpeakerSimilarity,
    voices: Sequence[Path],
    sentences: Sequence[str],
    report: Callable[[int, int], None],
    damages: bool = True,
    encoder: str = "ete",
) -> list[LikenessRow]:
    """Every voice says the sentences; similarity is that of the joined sentences."""
    if len(voices) < 2:
        raise InputError("telling voices apart needs two samples or more: pass --voices with more of them.")
    samples = [sound_of(voice) for voice in voices]
    own = [judge.embed(*sample) for sample in samples]
    rows = []
    for index, voice in enumerate(voices):
        joined, rate = _joined([speaker.say(voice, sentence, encoder) for sentence in sentences])
        likeness = np.array([judge.similarity(judge.embed(joined, rate), sample) for sample in own])
        falls = _falls(speaker, judge, samples[index], own[index], sentences, likeness[index]) if damages else {}
        rows.append(
            LikenessRow(
                voice.stem,
                float(likeness[index]),
                float(np.delete(likeness, index).mean()),
                voices[int(likeness.argmax())].stem,
                median_f0(*samples[index]),
                median_f0(joined, rate),
                falls,
            )
        )
        report(index + 1, len(voices))
    return rows


def _falls(
    speaker: Speaker,
    judge: SpeakerSimilarity,
    sample: tuple[np.ndarray, int],
    own: np.ndarray,
    sentences: Sequence[str],
    whole: float,
) -> dict[str, float]:
    sound, rate = sample
    falls = {}
    for name, damage in DAMAGES.items():
        spoilt = torch.as_tensor(damage(sound, rate), dtype=torch.float32)[None, None]
        profile = speaker.model.encode_voice(spoilt, rate)
        joined = _joined([say(speaker.model, profile, sentence) for sentence in sentences])
        falls[name] = float(whole - judge.similarity(judge.embed(*joined), own))
    return falls


def _joined(spoken: Sequence[Spoken]) -> tuple[np.ndarray, int]:
    return np.concatenate([part.sound for part in spoken]), spoken[0].sample_rate


def likeness_measurements(rows: Sequence[LikenessRow]) -> list[Measurement]:
    margins, semitones = [row.own - row.others for row in rows], [row.semitones for row in rows]
    nearest = float(np.mean([row.nearest == row.voice for row in rows]))
    measurements = [
        Measurement("likeness to the own sample", float(np.mean([row.own for row in rows]))),
        Measurement("likeness above other voices", float(np.mean(margins)), least=0.15),
        Measurement("likeness above other voices, worst", min(margins)),
        Measurement(f"own sample is the nearest of {len(rows)}", nearest, least=0.7),
        Measurement("F0 beside the sample, mean", float(np.mean(semitones)), most=2.0, unit="semitones"),
        Measurement("F0 beside the sample, worst", max(semitones), most=2.0, unit="semitones"),
    ]
    falls = {name: float(np.mean([row.falls[name] for row in rows])) for name in rows[0].falls}
    return measurements + [Measurement(f"likeness lost by {name}", fall, most=0.1) for name, fall in falls.items()]
