"""What ``narrating-face bench hallo --account`` prints: the work of one clip, counted on tensors without data."""

from __future__ import annotations

from argparse import Namespace

from ..cli.progress_bar import Progress
from ..core.face.hallo.settings import HalloSettings
from .hallo_cost_report import cost_report_lines


def bench_hallo(asked: Namespace, progress: Progress) -> list[str]:
    progress("bench", 0, 1)
    lines = list(cost_report_lines(HalloSettings(size=asked.size)))
    progress("bench", 1, 1)
    return lines
