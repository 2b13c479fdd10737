"""Texts with commas, stops and questions -> pauses in seconds, final pitch, and the effect of the speed control."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.bundles import TimedSymbol
from ...core.runtime.measurement import Measurement
from ..metrics.level_curve import STEP, longest_run, silent
from ..metrics.pitch import f0_curve
from ..metrics.word_errors import word_errors
from .synthesis import CachedSynthesizer, SynthesizedSpeech

PAUSE_TEXTS = (
    "In the morning, after the rain, the garden smelled of roses. Nobody had opened the gate, so the cat slept on.",
    "We waited for the bus, which was late. The driver said sorry. He looked tired, and I believed him.",
)
QUESTIONS = (
    "You are coming home tomorrow",
    "They have already eaten",
    "This is your sister's garden",
    "The train was late again",
)
LONG_TEXT = "The baker opens his shop at five, lights the oven, and kneads the dough for the first loaves of the day. "
SPEEDS = (0.7, 1.0, 1.4)
NEAR = 0.12  # seconds around a mark that are searched for its silence
END, BEFORE = 0.25, 0.9  # seconds of voiced speech: the end, and the stretch that it is compared with


@dataclass(frozen=True)
class PunctuationRow:
    """Seconds of silence at marks and between other words, semitones by which a question ends above the same
    statement, (length ratio to normal speed, word errors, words) by speed, and the rhythm of a long text."""

    voice: str
    commas: tuple[float, ...]
    stops: tuple[float, ...]
    between_words: tuple[float, ...]
    questions: tuple[float, ...]
    speeds: dict[str, tuple[float, int, int]]
    rhythm: float


def eval_punctuation(
    synthesizer: CachedSynthesizer, voices: Sequence[Path], report: Callable[[int, int], None]
) -> list[PunctuationRow]:
    """Every voice; ``report`` gets (done, total) after each."""
    rows: list[PunctuationRow] = []
    for voice in voices:
        rows.append(_eval_voice(synthesizer, voice))
        report(len(rows), len(voices))
    return rows


def _eval_voice(synthesizer: CachedSynthesizer, voice: Path) -> PunctuationRow:
    read = [synthesizer.synthesize(voice, text) for text in PAUSE_TEXTS]
    rises = [
        final_rise(synthesizer.synthesize(voice, text + "?")) - final_rise(synthesizer.synthesize(voice, text + "."))
        for text in QUESTIONS
    ]
    return PunctuationRow(
        voice.stem,
        tuple(pause for speech in read for pause in pause_lengths(speech, ",")),
        tuple(pause for speech in read for pause in pause_lengths(speech, ".")[:-1]),
        tuple(gap for speech in read for gap in word_gaps(speech)),
        tuple(rises),
        {str(speed): _at_speed(synthesizer, voice, speed) for speed in SPEEDS},
        rhythm(synthesizer.synthesize(voice, LONG_TEXT * 6)),
    )


def pause_lengths(speech: SynthesizedSpeech, mark: str) -> list[float]:
    """Seconds of silence around every ``mark`` of the text."""
    return [_silence(speech, timed) for timed in speech.phonemes if timed.symbol == mark]


def word_gaps(speech: SynthesizedSpeech) -> list[float]:
    """Seconds of silence where one word follows another without a mark."""
    marks = [timed.start for timed in speech.phonemes if timed.symbol in ",.;:!?"]
    gaps = []
    for word, after in zip(speech.words[:-1], speech.words[1:], strict=True):
        if not any(word.end - 1e-6 <= mark <= after.start for mark in marks):
            gaps.append(_silence(speech, TimedSymbol(" ", word.end, after.start)))
    return gaps


def _silence(speech: SynthesizedSpeech, timed: TimedSymbol) -> float:
    is_silent = silent(speech.sound, speech.sample_rate)
    first, end = int(max(0.0, timed.start - NEAR) / STEP), int((timed.end + NEAR) / STEP) + 1
    return longest_run(is_silent[first:end]) * STEP


def final_rise(speech: SynthesizedSpeech) -> float:
    """Semitones from the speech before to the last quarter of a second of voiced speech; negative when it falls."""
    curve = f0_curve(speech.sound, speech.sample_rate)
    voiced = 12 * np.log2(curve[curve > 0])
    last, before = round(END / STEP), round(BEFORE / STEP)
    return float(np.percentile(voiced[-last:], 75) - np.median(voiced[-before:-last])) if len(voiced) > last else 0.0


def rhythm(speech: SynthesizedSpeech) -> float:
    """Words a second in the second half of the words over those in the first."""
    middle = len(speech.words) // 2
    first, second = speech.words[:middle], speech.words[middle : 2 * middle]
    return (first[-1].end - first[0].start) / (second[-1].end - second[0].start)


def _at_speed(synthesizer: CachedSynthesizer, voice: Path, speed: float) -> tuple[float, int, int]:
    text = PAUSE_TEXTS[0]
    ratio = synthesizer.synthesize(voice, text, speed=speed).seconds / synthesizer.synthesize(voice, text).seconds
    return ratio, *word_errors(text, synthesizer.transcribe(voice, text, speed=speed))


def punctuation_measurements(rows: Sequence[PunctuationRow]) -> list[Measurement]:
    comma, stop, gap = (
        float(np.median([pause for row in rows for pause in getattr(row, name)]))
        for name in ("commas", "stops", "between_words")
    )
    rises = [rise for row in rows for rise in row.questions]
    measurements = [
        Measurement("pause at a comma, median", comma, least=0.08, unit="s"),
        Measurement("pause at a full stop, median", stop, least=0.2, unit="s"),
        Measurement("silence between other words, median", gap, most=0.05, unit="s"),
        Measurement("end of a question above the statement", float(np.mean(rises)), least=1.0, unit="semitones"),
        Measurement("questions that end above the statement", float(np.mean([rise > 0 for rise in rises])), least=0.8),
        Measurement(
            "rhythm of a long text, second half by first", float(np.mean([row.rhythm for row in rows])), 0.9, 1.1
        ),
    ]
    for speed in SPEEDS:
        ratios, errors, words = zip(*(row.speeds[str(speed)] for row in rows), strict=True)
        if speed != 1:
            measurements.append(
                Measurement(f"length at speed {speed}", float(np.mean(ratios)), 0.9 / speed, 1.1 / speed)
            )
        measurements.append(Measurement(f"word error rate at speed {speed}", sum(errors) / sum(words), most=0.08))
    return measurements
