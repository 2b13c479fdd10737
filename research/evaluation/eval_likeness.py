"""Voice samples never trained on -> how alike speech and its own sample sound, and what damaged samples cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ...core.errors import InputError
from ...core.runtime.measurement import Measurement
from ..metrics.pitch import median_f0
from ..metrics.similarity import SpeakerSimilarity
from .damage import DAMAGES
from .synthesis import (
    CachedSynthesizer,
    SynthesizedSpeech,
    read_mono,
    synthesize,
)


@dataclass(frozen=True)
class LikenessRow:
    """``own`` and ``others``: similarity of the speech to its sample and, on average, to the other samples; ``nearest``
    the most similar sample; ``falls`` the drop of ``own`` that each damage to the sample causes."""

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
    synthesizer: CachedSynthesizer,
    similarity: SpeakerSimilarity,
    voices: Sequence[Path],
    sentences: Sequence[str],
    report: Callable[[int, int], None],
    damages: bool = True,
    block: str = "ete",
) -> list[LikenessRow]:
    """Every voice says the sentences; similarity is that of the joined sentences. Two voices are the least."""
    if len(voices) < 2:
        raise InputError(f"--voices holds {len(voices)} sample: comparing voices needs two or more, so add some.")
    samples = [read_mono(voice) for voice in voices]
    own = [similarity.embed(*sample) for sample in samples]
    rows = []
    for index, voice in enumerate(voices):
        joined, rate = _joined([synthesizer.synthesize(voice, sentence, block) for sentence in sentences])
        likeness = np.array([similarity.cosine(similarity.embed(joined, rate), sample) for sample in own])
        undamaged = float(likeness[index])
        falls = _falls(synthesizer, similarity, samples[index], own[index], sentences, undamaged) if damages else {}
        rows.append(
            LikenessRow(
                voice.stem,
                undamaged,
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
    synthesizer: CachedSynthesizer,
    similarity: SpeakerSimilarity,
    sample: tuple[np.ndarray, int],
    own: np.ndarray,
    sentences: Sequence[str],
    undamaged: float,
) -> dict[str, float]:
    sound, rate = sample
    falls = {}
    for name, damage in DAMAGES.items():
        damaged = torch.as_tensor(damage(sound, rate), dtype=torch.float32)[None, None]
        profile = synthesizer.model.voice.encode_voice(damaged, rate)
        joined = _joined([synthesize(synthesizer.model, profile, sentence) for sentence in sentences])
        falls[name] = float(undamaged - similarity.cosine(similarity.embed(*joined), own))
    return falls


def _joined(speech: Sequence[SynthesizedSpeech]) -> tuple[np.ndarray, int]:
    return np.concatenate([part.sound for part in speech]), speech[0].sample_rate


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
