"""Speak sentences in voices and let the judges listen: word errors, likeness to the sample, pitch, speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor

from ...core.bundles import Speech
from ...core.media import read_audio, write_wav
from ...core.model import NarratingModel
from ...core.pipeline import speak
from .pitch import median_f0
from .similarity import SpeakerSimilarity
from .transcribe import Whisper
from .word_errors import word_errors


@dataclass(frozen=True)
class SpeechRow:
    """One voice: ``likeness`` is the cosine of speaker embeddings, ``speed`` seconds of work per second of speech."""

    voice: str
    word_error_rate: float
    likeness: float
    sample_f0: float
    speech_f0: float
    speed: float
    misheard: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SpeechJudges:
    whisper: Whisper
    speaker: SpeakerSimilarity


def eval_voice(
    model: NarratingModel,
    voice: Path,
    sentences: Sequence[str],
    judges: SpeechJudges,
    encoder: str = "ete",
    keep: Path | None = None,
) -> SpeechRow:
    """Speak every sentence in the voice of a sound file; the sound goes to the folder ``keep``."""
    waveform, rate = read_audio(voice)
    sample = model.encode_voice(waveform, rate)
    spoken: list[Speech] = []
    started = time.perf_counter()
    for sentence in sentences:
        spoken.append(speak(model, sample, sentence, encoder=encoder)[1])
    worked = time.perf_counter() - started
    for index, speech in enumerate(spoken if keep else ()):
        write_wav(Path(keep or ".") / f"{voice.stem}_{index:03d}.wav", speech)
    heard = [judges.whisper.transcribe(_mono(speech.waveform), speech.sample_rate) for speech in spoken]
    counts = [word_errors(sentence, text) for sentence, text in zip(sentences, heard, strict=True)]
    joined = np.concatenate([_mono(speech.waveform) for speech in spoken])
    return SpeechRow(
        voice.stem,
        sum(errors for errors, _ in counts) / sum(words for _, words in counts),
        judges.speaker.similarity(
            judges.speaker.embed(_mono(waveform), rate), judges.speaker.embed(joined, spoken[0].sample_rate)
        ),
        median_f0(_mono(waveform), rate),
        median_f0(joined, spoken[0].sample_rate),
        worked / sum(speech.seconds for speech in spoken),
        tuple(pair for pair, count in zip(zip(sentences, heard, strict=True), counts, strict=True) if count[0]),
    )


def eval_voices(
    model: NarratingModel,
    voices: Sequence[Path],
    sentences: Sequence[str],
    judges: SpeechJudges,
    report: Callable[[SpeechRow], None],
    encoder: str = "ete",
    keep: Path | None = None,
) -> list[SpeechRow]:
    """Every voice with every sentence; ``report`` is called after each voice."""
    rows = []
    for voice in voices:
        rows.append(eval_voice(model, voice, sentences, judges, encoder, keep))
        report(rows[-1])
    return rows


def _mono(waveform: Tensor) -> np.ndarray:
    return waveform.mean(dim=(0, 1)).numpy()
