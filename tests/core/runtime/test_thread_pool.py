"""Tasks run in parallel: all of them, each on one thread of torch; exceptions are re-raised."""

from __future__ import annotations

import gc
import threading

import pytest
import torch
from narrating_face.core.runtime import thread_pool
from narrating_face.core.runtime.thread_pool import MAX_THREADS, ThreadPool

TIMEOUT = 30  # seconds after which a test that would hang fails


@pytest.mark.parametrize("count", [1, 2, 4])
def test_every_task_runs_once(count: int):
    out = torch.zeros(50)
    ThreadPool(count).run(lambda index: out[index].add_(index), range(50))
    assert torch.equal(out, torch.arange(50.0))


def test_tasks_run_in_parallel():
    meeting = threading.Barrier(3)
    ThreadPool(3).run(lambda _: meeting.wait(TIMEOUT), range(3))


def test_torch_uses_one_thread_in_the_pool_and_its_own_number_elsewhere():
    before, inside, later = torch.get_num_threads(), [], []
    torch.set_num_threads(3)
    try:
        ThreadPool(2).run(lambda _: inside.append(torch.get_num_threads()), range(8))
        thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        thread.start()
        thread.join()
        assert inside == [1] * 8
        assert torch.get_num_threads() == 3
        assert later == [3]
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("torch_threads", "expected"), [(1, 1), (3, 3), (MAX_THREADS + 2, MAX_THREADS)])
def test_the_default_is_the_number_of_torch_threads_up_to_a_maximum(monkeypatch, torch_threads: int, expected: int):
    monkeypatch.setattr(torch, "get_num_threads", lambda: torch_threads)
    assert ThreadPool().count == expected


def test_an_exception_ends_a_sequential_run():
    done: list[int] = []

    def task(index: int) -> None:
        if index == 3:
            raise ArithmeticError("three")
        done.append(index)

    with pytest.raises(ArithmeticError, match="three"):
        ThreadPool(1).run(task, range(100))
    assert done == [0, 1, 2]


def test_an_exception_cancels_waiting_tasks_and_is_raised_when_none_is_running(monkeypatch):
    """All tasks but the failing one run until the pool waits for them, so a pool that does not wait is noticed."""
    running, waiting, started, finished = threading.Event(), threading.Event(), [], []
    wait = thread_pool.wait

    def signal_and_wait(futures):
        waiting.set()
        return wait(futures)

    def task(index: int) -> None:
        started.append(index)
        if index == 0:
            assert running.wait(TIMEOUT)
            raise ArithmeticError("zero")
        running.set()
        assert waiting.wait(TIMEOUT)
        finished.append(index)

    monkeypatch.setattr(thread_pool, "wait", signal_and_wait)
    pool = ThreadPool(2)
    with pytest.raises(ArithmeticError, match="zero"):
        pool.run(task, range(100))
    assert set(started) <= {0, 1, 2} and sorted(finished) == sorted(started)[1:]
    done: list[int] = []
    pool.run(done.append, range(5))
    assert sorted(done) == [0, 1, 2, 3, 4], "the pool works after an exception"


def test_the_threads_end_with_the_pool():
    others = set(threading.enumerate())
    pool = ThreadPool(2)
    pool.run(lambda _: None, range(4))
    own = set(threading.enumerate()) - others
    assert len(own) == 2
    del pool
    gc.collect()
    for thread in own:
        thread.join(TIMEOUT)
        assert not thread.is_alive()
