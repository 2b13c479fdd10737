"""The memory benchmark of Hallo renders a whole clip for its speech."""

import pytest
from narrating_face.benchmarks.hallo_memory import animation_peak


@pytest.mark.slow
def test_every_frame_of_the_speech_is_rendered():
    found = animation_peak(seconds=0.5, size=64, steps=1)
    assert found.frames == 13  # ceil(0.5 * 25)
    assert found.peak > 50 * 2**20  # a process that holds PyTorch
