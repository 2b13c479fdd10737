"""Clocks, and how long work takes by them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
Clock = Callable[[], float]


def compute_clock() -> float:
    """Seconds: the processor's on one thread, since other programs disturb those least; the wall's on several."""
    import torch  # not at the top: a benchmark measures how long its import takes

    return time.process_time() if torch.get_num_threads() == 1 else time.perf_counter()


def timed(work: Callable[[], Result], clock: Clock = compute_clock) -> tuple[float, Result]:
    """Seconds that ``work`` takes, and its result."""
    started = clock()
    result = work()
    return clock() - started, result


def fastest(work: Callable[[], object], rounds: int, clock: Clock = compute_clock) -> float:
    """Seconds of the fastest of some rounds."""
    return min(timed(work, clock)[0] for _ in range(rounds))
