"""Measurements in a process of their own, and the peak memory of a process."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

LINUX_STATUS = Path("/proc/self/status")
MEBI = 2**20


def run_isolated(work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
    """Run ``work``, a function of a module, in a fresh process: its imports and its peak of memory are its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args, kwargs)


def peak_memory_bytes() -> float:
    """The largest resident memory that this process has had; NaN on Windows, where it is not known."""
    if sys.platform == "win32":
        return float("nan")
    if LINUX_STATUS.exists():  # getrusage would count the memory of the parent process as well
        return 1024.0 * next(int(line.split()[1]) for line in _status_lines() if line.startswith("VmHWM:"))
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return float(unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _status_lines() -> list[str]:
    return LINUX_STATUS.read_text(encoding="utf-8").splitlines()
