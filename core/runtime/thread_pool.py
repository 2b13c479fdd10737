"""Independent pieces of work side by side, on as many cores as torch may use.

Torch splits one operation over all cores; where pieces are many and operations small, whole pieces side by side are
faster: nobody waits for the others after every operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier
from typing import TypeVar

import torch

MOST = 6  # more only wait for the interpreter
Piece = TypeVar("Piece")


class ThreadPool:
    """Threads that each run torch's operations alone; they end with this object."""

    def __init__(self, count: int | None = None) -> None:
        self.count = min(MOST, torch.get_num_threads()) if count is None else count
        self._pool: ThreadPoolExecutor | None = None

    def run(self, work: Callable[[Piece], None], pieces: Iterable[Piece]) -> None:
        """Do ``work`` for every piece. What one raises is raised here, once no piece is under way any more."""
        if self.count < 2:
            for piece in pieces:
                work(piece)
            return
        self._pool = self._pool or _single_threaded(self.count)
        futures = [self._pool.submit(work, piece) for piece in pieces]
        try:
            for future in futures:
                future.result()
        finally:
            for future in futures:
                future.cancel()
            wait(futures)


def _single_threaded(count: int) -> ThreadPoolExecutor:
    """``count`` threads in which an operation of torch uses no other thread."""
    mine, started = torch.get_num_threads(), Barrier(count + 1)

    def start() -> None:
        torch.get_num_threads()  # else this thread would still take the common number, at its first operation
        torch.set_num_threads(1)  # of this thread, and of those that begin later
        started.wait()

    pool = ThreadPoolExecutor(count, "narrating-face", start)
    for _ in range(count):
        pool.submit(int)
    started.wait()
    torch.set_num_threads(mine)
    return pool
