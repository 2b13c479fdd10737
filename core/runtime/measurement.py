"""Measured figures beside their targets, as a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """``measured`` shall lie between ``least`` and ``most``, where they are given; NaN is never good enough."""

    name: str
    measured: float
    least: float | None = None
    most: float | None = None
    unit: str = ""

    @property
    def met(self) -> bool | None:
        """None for a figure without a target."""
        if self.least is None and self.most is None:
            return None
        above = self.least is None or self.measured >= self.least
        return above and (self.most is None or self.measured <= self.most)

    @property
    def target(self) -> str:
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        if self.least is not None:
            return f">= {self.least:g}"
        return "" if self.most is None else f"<= {self.most:g}"

    def row(self) -> tuple[str, str, str, str]:
        """(name, target, measured, verdict) as they are printed."""
        measured = "not measured" if math.isnan(self.measured) else f"{self.measured:.4g} {self.unit}".rstrip()
        return self.name, self.target, measured, {True: "met", False: "not met", None: ""}[self.met]


def table(measurements: Iterable[Measurement]) -> Iterator[str]:
    """Lines of a table with a heading."""
    rows = [("figure", "target", "measured", ""), *(figure.row() for figure in measurements)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
