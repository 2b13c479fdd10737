"""Measures of faces on curves and pictures whose properties are known."""

import numpy as np
import pytest
import torch
from narrating_face.core.bundles import FaceMotion
from narrating_face.core.motion_channels import CHANNEL_INDEX
from narrating_face.core.text.english.symbols import VOWELS
from narrating_face.research.metrics.lips import rounding, tuck
from narrating_face.research.metrics.motion_events import (
    blink_spans,
    count_gaze_shifts,
    count_rises,
    head_drift,
)
from narrating_face.research.metrics.sharpness import sharpness
from narrating_face.research.training.articulation import articulate, phoneme_times

PHONEMES = "wˈi fˈɑv nˈɪti wˈu vˈɑf tˈu sˈæv wˈɑ fˈin."
DURATIONS = [10, *(6 if symbol in VOWELS else 3 for symbol in PHONEMES), 8]
TIMES = phoneme_times(PHONEMES, DURATIONS)
MOTION = articulate(PHONEMES, DURATIONS, 25.0).numpy()


def test_a_mouth_that_rounds_scores_and_one_that_spreads_does_not() -> None:
    width = 1 + 0.1 * MOTION[:, 2] - 0.1 * MOTION[:, 3]
    assert rounding(width, TIMES, 25.0) > 0.5
    assert rounding(-width, TIMES, 25.0) < -0.5


def test_a_tucked_lip_differs_from_one_that_stays() -> None:
    gap, teeth = MOTION[:, 1], MOTION[:, 4]
    tucked = tuck(gap, 0.1 * (1 - 0.4 * teeth), TIMES, 25.0)
    assert tucked[0] < 0.4 and tucked[1] < 0.9
    staying = tuck(np.maximum(gap, 0.2), np.full_like(gap, 0.1), TIMES, 25.0)
    assert staying[1] == pytest.approx(1.0)


def test_blinks_are_timed() -> None:
    closure = np.zeros(100)
    closure[10:19] = [0.2, 0.6, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.1]
    closure[50:53] = 0.3  # a twitch is no blink
    assert blink_spans(closure, 25.0) == [pytest.approx(0.4)]


def test_gaze_shifts_and_rises_are_counted() -> None:
    x = np.repeat([0.0, 0.2, 0.0, -0.15], 20)
    assert count_gaze_shifts(x, np.zeros_like(x)) == 3
    assert count_gaze_shifts(np.linspace(0, 0.5, 80), np.zeros(80)) == 0
    assert count_rises(np.array([0, 0.3, 0.3, 0, 0.4, 0]), 0.2) == 2


def test_drift_is_measured_and_sway_is_not() -> None:
    values = torch.zeros(1, 2500, 17)
    values[0, :, CHANNEL_INDEX["head_yaw"]] = 0.05 * torch.sin(torch.arange(2500) / 25 * 2 * torch.pi)
    assert abs(head_drift(FaceMotion(values, 25.0))) < 0.01
    values[0, :, CHANNEL_INDEX["head_roll"]] = torch.linspace(0, 0.3, 2500)
    assert head_drift(FaceMotion(values, 25.0)) > 0.2


def test_a_blurred_region_is_less_sharp() -> None:
    frame = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    blurred = frame.copy()
    blurred[:, 32:] = frame[:, 32:].mean((0, 1)).astype(np.uint8)
    left, right = np.zeros((64, 64), bool), np.zeros((64, 64), bool)
    left[:, 2:30], right[:, 34:62] = True, True
    assert sharpness(blurred, left) == pytest.approx(sharpness(frame, left))
    assert sharpness(blurred, right) < 0.01 * sharpness(frame, right)
