"""Times are differences of the clock around the work, and only the work."""

from narrating_face.benchmarks.timing import fastest, timed
from narrating_face.benchmarks.xtts_cost import fastest_steps, step_seconds


class ManualClock:
    """A clock that stands still unless work moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> str:
        self.now += seconds
        return "done"


def test_work_is_timed_by_the_given_clock():
    clock = ManualClock()
    assert timed(lambda: clock.work(2.5), clock) == (2.5, "done")


def test_the_fastest_round_counts():
    clock, durations = ManualClock(), iter((3.0, 1.0, 2.0))
    assert fastest(lambda: clock.work(next(durations)), 3, clock) == 1.0


def test_every_step_is_timed_and_the_rest_is_one_more(monkeypatch):
    clock = ManualClock()
    monkeypatch.setattr("narrating_face.benchmarks.xtts_cost.compute_clock", clock)

    def work(on_step):
        for seconds in (1.0, 2.0):
            clock.work(seconds)
            on_step(None)
        clock.work(4.0)

    assert step_seconds(work) == [1.0, 2.0, 4.0]


def test_each_step_counts_with_its_fastest_round():
    assert fastest_steps([[1.0, 5.0], [3.0, 2.0]]) == 3.0
