"""Lip measures on mouths whose timing is known."""

import numpy as np
import pytest
from narrating_face.core.text.english.symbols import VOWELS
from narrating_face.research.metrics.lips import closure_rate, lip_correlation, vowel_closure_score
from narrating_face.research.training.articulation import articulate, phoneme_times

PHONEMES = "mˈɑb pˈæm bˈɔp mˈIb pˈɑm bˈæb. nˈɪndi tɹˈizən tə sˈɛliɪŋ dˈisənt ɡlˈɪɹi sˈɛlz."
DURATIONS = [10, *(5 if symbol in VOWELS else 2 for symbol in PHONEMES), 8]
TIMES = phoneme_times(PHONEMES, DURATIONS)


@pytest.fixture
def mouth() -> np.ndarray:
    """The lip gap that the articulation model intends."""
    return articulate(PHONEMES, DURATIONS, 25.0)[:, 1].numpy()


def test_a_mouth_in_time_scores_high(mouth: np.ndarray) -> None:
    sync = vowel_closure_score(mouth, TIMES, 25.0)
    assert sync.score > 1.8
    assert sync.lag in (-1, 0)


@pytest.mark.parametrize("late", [-3, 2, 4])
def test_a_delay_is_found(mouth: np.ndarray, late: int) -> None:
    shifted = np.roll(mouth, late)
    assert vowel_closure_score(shifted, TIMES, 25.0).lag - vowel_closure_score(mouth, TIMES, 25.0).lag == late
    correlation, lag = lip_correlation(mouth, shifted)
    assert lag == late
    assert correlation > 0.99


def test_noise_scores_low() -> None:
    noise = np.random.default_rng(0).normal(size=len(articulate(PHONEMES, DURATIONS, 25.0)))
    assert vowel_closure_score(noise, TIMES, 25.0).unshifted < 0.6


def test_closures_are_counted(mouth: np.ndarray) -> None:
    assert closure_rate(mouth, TIMES, 25.0) == (1.0, 12)
    assert closure_rate(np.maximum(mouth, 0.3 * mouth.max()) * (mouth > 0), TIMES, 25.0)[0] == 1.0
    never_shut = np.where(np.arange(len(mouth)) < 8, 0.0, np.maximum(mouth, 0.08))
    assert closure_rate(never_shut, TIMES, 25.0)[0] < 0.3


def test_frames_without_a_face_are_bridged(mouth: np.ndarray) -> None:
    holes = mouth.copy()
    holes[10::9] = np.nan
    assert lip_correlation(mouth, holes)[0] > 0.9
