"""What ``narrating-face bench`` runs: the benchmark that the arguments name; only what it needs is imported."""

from __future__ import annotations

from argparse import Namespace

from ..core.progress import ProgressCallback


def run_bench(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    """The lines of one benchmark, a key of the command line's ``benchmark``."""
    name = arguments.benchmark
    if name == "starter":
        from .starter import bench_starter

        return bench_starter(arguments.side, arguments.threads, progress)
    if name == "warp":
        from .warp import bench_warp

        return bench_warp(arguments.sides, arguments.frames, arguments.threads, progress)
    if name == "xtts":
        from .xtts import bench_xtts

        return bench_xtts(arguments.codes, arguments.threads, arguments.folder, progress)
    if name == "hallo-memory":
        from .hallo_memory import bench_hallo_memory

        return bench_hallo_memory(arguments.size, arguments.steps, progress)
    if name == "hallo-sampling":
        from .hallo_sampling import bench_hallo_sampling

        return bench_hallo_sampling(arguments.clips, progress)
    from .hallo import bench_hallo

    return bench_hallo(arguments.size, progress)
