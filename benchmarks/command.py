"""What ``narrating-face bench`` runs, and how: every measurement in a process of its own."""

from __future__ import annotations

import multiprocessing
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from ..cli.progress_bar import Progress


def run_bench(asked: Namespace, progress: Progress) -> list[str]:
    """The lines of one benchmark; only what it needs is imported."""
    if asked.what == "starter":
        from .starter import bench_starter as bench
    elif asked.what == "hallo":
        from .hallo import bench_hallo as bench
    else:
        from .xtts import bench_xtts as bench
    return bench(asked, progress)


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run ``work`` in a fresh process, so that peaks of memory do not add up."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)
