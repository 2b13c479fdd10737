"""What ``narrating-face bench hallo --account`` prints: the work of one clip, counted on tensors without data."""

from __future__ import annotations

from argparse import Namespace

from ..face.diffusion.account import account_lines
from ..face.diffusion.settings import DiffusionSettings
from .progress import Progress


def bench_hallo(asked: Namespace, progress: Progress) -> list[str]:
    progress("bench", 0, 1)
    lines = list(account_lines(DiffusionSettings(size=asked.size)))
    progress("bench", 1, 1)
    return lines
