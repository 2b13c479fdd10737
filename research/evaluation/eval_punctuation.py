"""Texts with commas, stops and questions -> pauses in seconds, pitch at the end, and what the speed control does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.bundles import TimedSymbol
from ...core.runtime.measurement import Measurement
from .level_curve import STEP, longest_run, silent
from .pitch import f0_curve
from .spoken import Speaker, Spoken
from .word_errors import word_errors

PAUSES = (
    "In the morning, after the rain, the garden smelled of roses. Nobody had opened the gate, so the cat slept on.",
    "We waited for the bus, which was late. The driver said sorry. He looked tired, and I believed him.",
)
QUESTIONS = (
    "You are coming home tomorrow",
    "They have already eaten",
    "This is your sister's garden",
    "The train was late again",
)
LONG = "The baker opens his shop at five, lights the oven, and kneads the dough for the first loaves of the day. "
SPEEDS = (0.7, 1.0, 1.4)
NEAR = 0.12  # seconds around a mark in which its silence may lie
END, BEFORE = 0.25, 0.9  # seconds of voiced speech: the end, and what it is compared with


@dataclass(frozen=True)
class PunctuationRow:
    """Seconds of silence at marks and between other words, semitones by which a question ends above the same
    statement, (length ratio to normal speed, word errors, words) by speed, and rhythm of a long text's two halves."""

    voice: str
    commas: tuple[float, ...]
    stops: tuple[float, ...]
    between_words: tuple[float, ...]
    questions: tuple[float, ...]
    speeds: dict[str, tuple[float, int, int]]
    rhythm: float


def eval_punctuation(speaker: Speaker, voices: Sequence[Path]) -> list[PunctuationRow]:
    return [_judge(speaker, voice) for voice in voices]


def _judge(speaker: Speaker, voice: Path) -> PunctuationRow:
    read = [speaker.say(voice, text) for text in PAUSES]
    rises = [
        final_rise(speaker.say(voice, text + "?")) - final_rise(speaker.say(voice, text + ".")) for text in QUESTIONS
    ]
    return PunctuationRow(
        voice.stem,
        tuple(pause for spoken in read for pause in pauses(spoken, ",")),
        tuple(pause for spoken in read for pause in pauses(spoken, ".")[:-1]),
        tuple(pause for spoken in read for pause in word_gaps(spoken)),
        tuple(rises),
        {str(speed): _at_speed(speaker, voice, speed) for speed in SPEEDS},
        rhythm(speaker.say(voice, LONG * 6)),
    )


def pauses(spoken: Spoken, mark: str) -> list[float]:
    """Seconds of silence around every ``mark`` of the text."""
    return [_silence(spoken, timed) for timed in spoken.phonemes if timed.symbol == mark]


def word_gaps(spoken: Spoken) -> list[float]:
    """Seconds of silence where one word follows another without a mark."""
    marks = [timed.start for timed in spoken.phonemes if timed.symbol in ",.;:!?"]
    gaps = []
    for word, after in zip(spoken.words[:-1], spoken.words[1:], strict=True):
        if not any(word.end - 1e-6 <= mark <= after.start for mark in marks):
            gaps.append(_silence(spoken, TimedSymbol(" ", word.end, after.start)))
    return gaps


def _silence(spoken: Spoken, timed: TimedSymbol) -> float:
    quiet = silent(spoken.sound, spoken.sample_rate)
    first, end = int(max(0.0, timed.start - NEAR) / STEP), int((timed.end + NEAR) / STEP) + 1
    return longest_run(quiet[first:end]) * STEP


def final_rise(spoken: Spoken) -> float:
    """Semitones from the speech before to the last quarter of a second of voiced speech; negative when it falls."""
    curve = f0_curve(spoken.sound, spoken.sample_rate)
    voiced = 12 * np.log2(curve[curve > 0])
    last, before = round(END / STEP), round(BEFORE / STEP)
    return float(np.percentile(voiced[-last:], 75) - np.median(voiced[-before:-last])) if len(voiced) > last else 0.0


def rhythm(spoken: Spoken) -> float:
    """Words a second in the second half of the words over those in the first."""
    middle = len(spoken.words) // 2
    first, second = spoken.words[:middle], spoken.words[middle : 2 * middle]
    return (first[-1].end - first[0].start) / (second[-1].end - second[0].start)


def _at_speed(speaker: Speaker, voice: Path, speed: float) -> tuple[float, int, int]:
    ratio = speaker.say(voice, PAUSES[0], speed=speed).seconds / speaker.say(voice, PAUSES[0]).seconds
    return ratio, *word_errors(PAUSES[0], speaker.hear(voice, PAUSES[0], speed=speed))


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
