"""What ``narrating-face bench`` can be asked to measure; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..cli.argument_types import whole
from ..cli.model_options import frame_side


def add_bench(parser: argparse.ArgumentParser) -> None:
    """One sub-command for each thing that is measured."""
    measured = parser.add_subparsers(dest="what", metavar="what", required=True)
    _add_starter(_add(measured, "starter", "speed, time to the first frame, memory and size of the starter family"))
    _add_hallo(_add(measured, "hallo", "operations and bytes of one clip of Hallo's decoder"))
    _add_xtts(_add(measured, "xtts", "speed and memory of the full-size XTTS-v2 with random weights, about 10 minutes"))


def _add(measured: argparse._SubParsersAction, name: str, help_: str) -> argparse.ArgumentParser:
    return measured.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".", allow_abbrev=False)


def _add_starter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--side", type=whole(160, 4096), default=512, metavar="N", help="pixels of the square portrait")
    parser.add_argument("--threads", type=whole(1, 64), default=2, metavar="N", help="processor threads (default: 2)")


def _add_xtts(parser: argparse.ArgumentParser) -> None:
    length = "length of a sentence in codes, 21.5 a second (default: 100)"
    parser.add_argument("--codes", type=whole(16, 500), default=100, metavar="N", help=length)
    parser.add_argument("--threads", type=whole(1, 64), default=1, metavar="N", help="processor threads (default: 1)")
    where = "for 1.9 GB of weights (default: the temporary folder)"
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help=where)


def _add_hallo(parser: argparse.ArgumentParser) -> None:
    help_ = "operations and bytes of one clip, counted, not computed"
    parser.add_argument("--account", action="store_true", required=True, help=help_)
    parser.add_argument("--size", type=frame_side, default=512, metavar="N", help="side of a frame (default: 512)")
