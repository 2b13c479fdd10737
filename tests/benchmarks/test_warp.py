"""The renderer's benchmark renders every frame of its clip, and its parts make up the run."""

import time

from narrating_face.benchmarks.warp import time_rendering


def test_preparation_and_frames_make_up_the_run():
    started = time.perf_counter()
    cost = time_rendering(192, 40, 1)
    elapsed = time.perf_counter() - started
    assert 0 < cost.prepare + 40 * cost.wall < elapsed
    assert cost.cpu > 0
    assert cost.peak > 50 * 2**20  # a process that holds PyTorch
