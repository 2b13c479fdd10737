"""Sentences in many voices -> word errors, quality, defects, and how every sentence ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.runtime.measurement import Measurement
from ..metrics.cleanliness import cleanliness, word_level
from ..metrics.opinion import OpinionScorer
from ..metrics.word_errors import spoken_words, word_errors
from .synthesis import CachedSynthesizer, SynthesizedSpeech

SWALLOWED = 20.0  # dB below the speech


@dataclass(frozen=True)
class SoundRow:
    """One sentence in one voice; ``last_heard``: the last recognised word is the text's."""

    voice: str
    text: str
    heard: str
    errors: int
    words: int
    opinion: float
    clicks: int
    offset: float
    level: float
    peak: float
    tail: float
    known_tail: float
    end_level: float
    last_word: float
    last_heard: bool
    speed: float


def eval_sound(
    synthesizer: CachedSynthesizer,
    opinion: OpinionScorer,
    voices: Sequence[Path],
    sentences: Sequence[str],
    report: Callable[[int, int], None],
) -> list[SoundRow]:
    """Every sentence in every voice; ``report`` gets (done, total) after each."""
    rows: list[SoundRow] = []
    for voice in voices:
        for sentence in sentences:
            speech, transcript = synthesizer.synthesize(voice, sentence), synthesizer.transcribe(voice, sentence)
            rows.append(_row(voice.stem, speech, transcript, opinion))
            report(len(rows), len(voices) * len(sentences))
    return rows


def _row(voice: str, speech: SynthesizedSpeech, transcript: str, opinion: OpinionScorer) -> SoundRow:
    errors, words = word_errors(speech.text, transcript)
    clean = cleanliness(speech.sound, speech.sample_rate)
    last = speech.words[-1]
    return SoundRow(
        voice,
        speech.text,
        transcript,
        errors,
        words,
        opinion.score(speech.sound, speech.sample_rate),
        clean.clicks,
        clean.offset,
        clean.level,
        clean.peak,
        clean.tail,
        speech.seconds - last.end,
        clean.end_level,
        word_level(speech.sound, speech.sample_rate, last.start, last.end),
        spoken_words(speech.text)[-1:] == spoken_words(transcript)[-1:],
        speech.work_seconds / speech.seconds,
    )


def sound_measurements(rows: Sequence[SoundRow]) -> list[Measurement]:
    tails = np.array([row.tail for row in rows])
    return [
        Measurement("word error rate", sum(row.errors for row in rows) / sum(row.words for row in rows), most=0.08),
        Measurement("word error rate, worst voice", max(_by_voice(rows).values())),
        Measurement("DistillMOS", _mean(row.opinion for row in rows), least=3.8),
        Measurement("clicks per sentence", _mean(row.clicks for row in rows), most=0.0),
        Measurement("offset, worst", max(row.offset for row in rows), most=0.002),
        Measurement("peak, worst", max(row.peak for row in rows), most=0.96),
        Measurement("level of the speech", _mean(row.level for row in rows), unit="dBFS"),
        Measurement("tail after the last word, known, least", min(row.known_tail for row in rows), 0.15, 0.30, "s"),
        Measurement("tail after the last word, known, most", max(row.known_tail for row in rows), 0.15, 0.30, "s"),
        Measurement("silence at the end, median", float(np.median(tails)), 0.15, 0.30, "s"),
        Measurement(
            "sentences with 100-400 ms of silence", float(((tails >= 0.1) & (tails <= 0.4)).mean()), least=0.95
        ),
        Measurement("end below the speech, least", min(row.end_level for row in rows), least=30.0, unit="dB"),
        Measurement("last words not swallowed", _mean(row.last_word < SWALLOWED for row in rows), least=1.0),
        Measurement("last words understood", _mean(row.last_heard for row in rows), least=0.95),
        Measurement("speech alone, work per second", _mean(row.speed for row in rows), most=0.15, unit="s"),
    ]


def _by_voice(rows: Sequence[SoundRow]) -> dict[str, float]:
    names = {row.voice for row in rows}
    own = {name: [row for row in rows if row.voice == name] for name in names}
    return {name: sum(row.errors for row in part) / sum(row.words for row in part) for name, part in own.items()}


def _mean(values) -> float:
    return float(np.mean(list(values)))
