"""Independent tasks in parallel, each on a single thread of torch.

Torch splits one operation over all cores. Where tasks are many and operations small, whole tasks in parallel are
faster, because the threads need not synchronize after every operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier
from typing import TypeVar

import torch

MAX_THREADS = 6  # further threads only wait for the interpreter
Item = TypeVar("Item")


class ThreadPool:
    """``count`` threads (as many as torch uses, up to MAX_THREADS) that end with this object."""

    def __init__(self, count: int | None = None) -> None:
        self.count = min(MAX_THREADS, torch.get_num_threads()) if count is None else count
        self._pool: ThreadPoolExecutor | None = None

    def run(self, task: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Call ``task`` for every item. Re-raises the first exception once no task is running any more."""
        if self.count < 2:
            for item in items:
                task(item)
            return
        self._pool = self._pool or _single_threaded(self.count)
        futures = [self._pool.submit(task, item) for item in items]
        try:
            for future in futures:
                future.result()
        finally:
            for future in futures:
                future.cancel()
            wait(futures)


def _single_threaded(count: int) -> ThreadPoolExecutor:
    """An executor of ``count`` threads in which torch uses no further threads."""
    torch_threads, started = torch.get_num_threads(), Barrier(count + 1)

    def start() -> None:
        torch.get_num_threads()  # otherwise the first operation would reset this thread to the global number
        torch.set_num_threads(1)  # also sets the number for threads that start later
        started.wait()

    pool = ThreadPoolExecutor(count, "narrating-face", start)
    for _ in range(count):
        pool.submit(int)
    started.wait()
    torch.set_num_threads(torch_threads)
    return pool
