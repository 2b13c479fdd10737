"""``narrating-face evaluate starter``: every measure of the starter weights beside its target.

Sentences, voices and portraits are such as training never met. The report is written again after every section, so an
interrupted run keeps what it found.
"""

from __future__ import annotations

from argparse import Namespace

import torch

from ...core.progress import ProgressCallback
from ...core.runtime.measurement import measurement_lines
from .assets import load_assets
from .report import SectionResult, write_report
from .sections import SECTIONS


def evaluate_starter(arguments: Namespace, progress: ProgressCallback) -> list[str]:
    """Runs the chosen sections, or all of them, and returns the lines of the table."""
    torch.set_num_threads(arguments.threads)
    assets = load_assets(arguments, progress)
    results: dict[str, SectionResult] = {}
    for name, evaluate_section in SECTIONS.items():
        if name in (arguments.sections or SECTIONS) and (name != "teacher" or assets.teacher):
            results[name] = evaluate_section(assets)
            write_report(arguments.out, arguments.quick, results)
    return list(measurement_lines(entry for result in results.values() for entry in result.measurements))
