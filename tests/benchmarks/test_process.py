"""Peak memory is that of one process, and grows by what is allocated."""

import numpy as np
import pytest
from narrating_face.benchmarks.process import peak_memory_bytes, run_isolated

MEGABYTE = 2**20


def peak_with(megabytes: int) -> float:
    """Peak memory of a process that fills so many megabytes."""
    np.ones(megabytes * MEGABYTE, np.uint8)
    return peak_memory_bytes()


@pytest.mark.slow
def test_the_peak_grows_by_what_is_allocated_and_is_forgotten_with_its_process():
    small, large, again = (run_isolated(peak_with, megabytes) for megabytes in (1, 201, 1))
    assert (large - small) / MEGABYTE == pytest.approx(200, abs=10)
    assert (again - small) / MEGABYTE == pytest.approx(0, abs=10)


def test_errors_come_back_from_the_isolated_process():
    with pytest.raises(ValueError, match="negative"):
        run_isolated(peak_with, -1)
