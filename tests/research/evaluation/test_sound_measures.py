"""Measures of sound on sounds whose properties are known."""

import numpy as np
import pytest
from narrating_face.core.bundles import TimedSymbol
from narrating_face.research.evaluation.damage import (
    DAMAGES,
    attenuated,
    clipped,
    first_seconds,
    noisy,
)
from narrating_face.research.evaluation.eval_likeness import LikenessRow, likeness_measurements
from narrating_face.research.evaluation.eval_punctuation import pause_lengths, rhythm, word_gaps
from narrating_face.research.evaluation.synthesis import SynthesizedSpeech
from narrating_face.research.metrics.cleanliness import cleanliness, count_clicks, word_level
from narrating_face.research.metrics.level_curve import level_curve, longest_run, loud_level

RATE = 24_000


def tone(seconds: float, level: float = 0.2) -> np.ndarray:
    """A buzz like a voice: harmonics of 120 Hz with a slow tremble."""
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * k * time) / k for k in range(1, 20))
    return level * buzz * (0.8 + 0.2 * np.sin(2 * np.pi * 4 * time)) / 2


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


def speech(*parts: np.ndarray, **times: tuple) -> SynthesizedSpeech:
    return SynthesizedSpeech("", np.concatenate(parts), RATE, times.get("phonemes", ()), times.get("words", ()), 0.0)


@pytest.mark.parametrize("tail", [0.0, 0.2, 0.45])
def test_silence_at_the_end_is_measured(tail: float) -> None:
    statistics = cleanliness(np.concatenate([silence(0.2), tone(1.0), silence(tail)]), RATE)
    assert statistics.tail == pytest.approx(tail, abs=0.015)
    assert (statistics.end_level > 60) == (tail > 0.05)


def test_offset_and_level_are_measured() -> None:
    statistics = cleanliness(tone(1.0) + 0.05, RATE)
    assert statistics.offset == pytest.approx(0.05, abs=0.002)
    louder = cleanliness(2 * tone(1.0), RATE)
    assert louder.level - cleanliness(tone(1.0), RATE).level == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_clicks_are_counted_and_a_voice_is_none(count: int) -> None:
    word = tone(0.5) * np.hanning(round(0.5 * RATE))
    sound = np.concatenate([word, silence(0.2), word])
    for index in range(count):
        sound[3_000 + 7_000 * index] += 0.5
    assert count_clicks(sound, RATE) == count


def test_a_swallowed_word_is_found() -> None:
    sound = np.concatenate([tone(0.5), 0.02 * tone(0.3), silence(0.2)])
    assert word_level(sound, RATE, 0.0, 0.5) < 3
    assert word_level(sound, RATE, 0.55, 0.75) > 25


def test_every_damage_is_as_named() -> None:
    sound = np.concatenate([silence(1.0), tone(2.5), silence(0.5)])
    assert len(first_seconds(sound, RATE)) == 2 * RATE and abs(first_seconds(sound, RATE)[:240]).max() > 0.02
    assert loud_level(level_curve(attenuated(sound, RATE), RATE)) == pytest.approx(-30, abs=0.3)
    assert 0.005 < (abs(clipped(sound, RATE)) == 1).mean() < 0.05
    noise = noisy(sound, RATE)[: RATE // 2]
    assert loud_level(level_curve(sound, RATE)) - 10 * np.log10(np.square(noise).mean()) == pytest.approx(10, abs=0.5)
    assert all(np.isfinite(damage(sound, RATE)).all() for damage in DAMAGES.values())


def test_pauses_are_measured_at_their_marks() -> None:
    read = speech(
        tone(0.5),
        silence(0.3),
        tone(0.5),
        silence(0.1),
        tone(0.5),
        phonemes=(TimedSymbol("a", 0, 0.5), TimedSymbol(",", 0.5, 0.8), TimedSymbol("a", 0.8, 1.9)),
        words=(TimedSymbol("one", 0, 0.5), TimedSymbol("two", 0.8, 1.3), TimedSymbol("three", 1.4, 1.9)),
    )
    assert pause_lengths(read, ",") == [pytest.approx(0.3, abs=0.03)]
    assert word_gaps(read) == [pytest.approx(0.1, abs=0.03)]
    assert pause_lengths(read, ".") == []


def test_rhythm_compares_both_halves() -> None:
    words = [TimedSymbol("w", index * 0.5, index * 0.5 + 0.5) for index in range(4)]
    slower = [TimedSymbol("w", 2 + index, 3 + index) for index in range(4)]
    assert rhythm(speech(silence(1), words=(*words, *slower))) == pytest.approx(0.5)


def test_longest_run() -> None:
    assert longest_run(np.array([1, 0, 1, 1, 1, 0, 1], bool)) == 3
    assert longest_run(np.array([], bool)) == 0


def test_a_voice_that_is_nearest_to_another_is_counted() -> None:
    rows = [
        LikenessRow("a", 0.9, 0.6, "a", 100.0, 200.0, {"noise": 0.05}),
        LikenessRow("b", 0.7, 0.6, "a", 100.0, 100.0, {"noise": 0.25}),
    ]
    measurements = {measurement.name: measurement for measurement in likeness_measurements(rows)}
    assert measurements["own sample is the nearest of 2"].measured == 0.5
    assert measurements["F0 beside the sample, worst"].measured == pytest.approx(12)
    assert measurements["likeness above other voices"].measured == pytest.approx(0.2)
    assert measurements["likeness lost by noise"].measured == pytest.approx(0.15)
