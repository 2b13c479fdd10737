"""The arguments of ``narrating-face bench``; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..core.settings import Limit
from ..core.settings.limits import FRAME_SIDE, STEPS, whole
from .argument_types import number, stepped

SIDE, CODES, THREADS = whole("side", 160, 4096, 512), whole("codes", 16, 500, 100), whole("threads", 1, 64, 1)
FRAMES, CLIPS = whole("frames", 16, 10_000, 100), whole("clips", 1, 100, 1)


def add_bench(parser: argparse.ArgumentParser) -> None:
    """One subcommand for each thing that is measured."""
    benchmarks = parser.add_subparsers(dest="benchmark", metavar="benchmark", required=True)
    _add_starter(_add(benchmarks, "starter", "speed, time to the first frame, memory and size of the starter"))
    _add_warp(_add(benchmarks, "warp", "speed and memory of the starter's renderer"))
    _add_xtts(_add(benchmarks, "xtts", "speed and memory of the full-size XTTS-v2 with random weights, 10 minutes"))
    _add_hallo(_add(benchmarks, "hallo", "cost report: operations and bytes of one clip of Hallo, counted"))
    _add_hallo_memory(_add(benchmarks, "hallo-memory", "peak memory of a tiny Hallo over 5 s and 60 s of speech"))
    _add_hallo_sampling(_add(benchmarks, "hallo-sampling", "difference and work of cheaper ways to denoise"))


def _add(benchmarks: argparse._SubParsersAction, name: str, help_: str) -> argparse.ArgumentParser:
    return benchmarks.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".", allow_abbrev=False)


def _add_starter(parser: argparse.ArgumentParser) -> None:
    _add_number(parser, "--side", SIDE, 512, "pixels of the square portrait")
    _add_number(parser, "--threads", THREADS, 2, "processor threads")


def _add_warp(parser: argparse.ArgumentParser) -> None:
    help_ = "pixels of the square portraits (default: 512 1024)"
    parser.add_argument("--sides", type=number(SIDE), nargs="+", default=[512, 1024], metavar="N", help=help_)
    _add_number(parser, "--frames", FRAMES, 100, "frames of the clip")
    _add_number(parser, "--threads", THREADS, 1, "processor threads")


def _add_xtts(parser: argparse.ArgumentParser) -> None:
    _add_number(parser, "--codes", CODES, 100, "length of a sentence in codes, 21.5 a second")
    _add_number(parser, "--threads", THREADS, 1, "processor threads")
    where = "for 1.9 GB of weights (default: the temporary folder)"
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help=where)


def _add_hallo(parser: argparse.ArgumentParser) -> None:
    _add_size(parser, 512)
    parser.add_argument("--account", action="store_true", help=argparse.SUPPRESS)  # the report is always printed


def _add_hallo_memory(parser: argparse.ArgumentParser) -> None:
    _add_size(parser, 64)
    _add_number(parser, "--steps", STEPS, 1, "denoising steps")


def _add_hallo_sampling(parser: argparse.ArgumentParser) -> None:
    _add_number(parser, "--clips", CLIPS, 1, "clips of different noise that are averaged")


def _add_size(parser: argparse.ArgumentParser, default: int) -> None:
    help_ = f"side of a frame (default: {default})"
    parser.add_argument("--size", type=stepped(FRAME_SIDE), default=default, metavar="N", help=help_)


def _add_number(parser: argparse.ArgumentParser, flag: str, limit: Limit, default: int, help_: str) -> None:
    text = f"{help_} (default: {default})"
    parser.add_argument(flag, type=number(limit), default=default, metavar="N", help=text)
