"""What ``narrating-face bench`` runs: the benchmark that the arguments name; only what it needs is imported."""

from __future__ import annotations

from argparse import Namespace

from ..core.progress import ProgressCallback


def run_benchmark(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    """The lines of one benchmark, a key of the command line's ``benchmark``."""
    return BENCHMARKS[arguments.benchmark](arguments, progress)


def run_starter(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    from .starter import bench_starter

    return bench_starter(arguments.side, arguments.threads, progress)


def run_warp(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    from .warp import bench_warp

    return bench_warp(arguments.sides, arguments.frames, arguments.threads, progress)


def run_xtts(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    from .xtts import bench_xtts

    return bench_xtts(arguments.codes, arguments.threads, arguments.folder, progress)


def run_hallo(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    from .hallo import bench_hallo

    return bench_hallo(arguments.size, progress)


def run_hallo_memory(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    from .hallo_memory import bench_hallo_memory

    return bench_hallo_memory(arguments.size, arguments.steps, progress)


def run_hallo_sampling(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    from .hallo_sampling import bench_hallo_sampling

    return bench_hallo_sampling(arguments.clips, progress)


BENCHMARKS = {
    "starter": run_starter,
    "warp": run_warp,
    "xtts": run_xtts,
    "hallo": run_hallo,
    "hallo-memory": run_hallo_memory,
    "hallo-sampling": run_hallo_sampling,
}
