"""Silence is found where it was inserted, and loudness follows the sound."""

import numpy as np
from narrating_face.research.evaluation.eval_animation import frame_loudness, with_pauses


def test_inserted_silence_is_known_as_silence() -> None:
    rate = 16_000
    sound = with_pauses(np.random.default_rng(0).standard_normal(4 * rate) * 0.1, rate)
    loudness, silence = frame_loudness(sound, rate, 25.0, round(len(sound) / rate * 25))
    assert len(loudness) == 175 and 30 < silence.sum() < 75
    assert loudness[silence].max() < 0.01 < loudness[40]
