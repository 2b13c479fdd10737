"""Work side by side: all of it is done, each thread keeps to itself, and failures are told."""

from __future__ import annotations

import gc
import threading
import time

import pytest
import torch
from narrating_face.core.runtime.thread_pool import ThreadPool


@pytest.mark.parametrize("count", [1, 2, 4])
def test_every_piece_is_done_once(count: int):
    out = torch.zeros(50)
    ThreadPool(count).run(lambda index: out[index].add_(index), range(50))
    assert torch.equal(out, torch.arange(50.0))


def test_pieces_run_side_by_side():
    meeting = threading.Barrier(3)
    ThreadPool(3).run(lambda _: meeting.wait(timeout=30), range(3))


def test_torch_keeps_to_one_thread_in_each_and_to_its_own_number_elsewhere():
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


def test_as_many_as_torch_may_use():
    assert ThreadPool().count == min(6, torch.get_num_threads())


@pytest.mark.parametrize("count", [1, 2])
def test_a_failure_is_raised_when_nothing_is_under_way(count: int):
    workers, running = ThreadPool(count), []

    def work(index: int) -> None:
        running.append(index)
        try:
            if index == 3:
                raise ArithmeticError("three")
            time.sleep(0.01)
        finally:
            running.remove(index)

    with pytest.raises(ArithmeticError, match="three"):
        workers.run(work, range(100))
    assert running == []
    done = []
    workers.run(done.append, range(5))
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_the_threads_end_with_the_workers():
    others = set(threading.enumerate())
    workers = ThreadPool(2)
    workers.run(lambda _: None, range(4))
    mine = set(threading.enumerate()) - others
    assert len(mine) == 2
    del workers
    gc.collect()
    for thread in mine:
        thread.join(timeout=10)
        assert not thread.is_alive()
