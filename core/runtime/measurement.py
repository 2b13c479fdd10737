"""Measurements beside their targets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .table import format_table

VERDICTS = {True: "met", False: "not met", None: ""}


@dataclass(frozen=True)
class Measurement:
    """``measured`` must lie between ``least`` and ``most``, where these are given; NaN meets no target."""

    name: str
    measured: float
    least: float | None = None
    most: float | None = None
    unit: str = ""

    @property
    def met(self) -> bool | None:
        """None for a measurement without a target."""
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
        return self.name, self.target, measured, VERDICTS[self.met]


def measurement_lines(measurements: Iterable[Measurement]) -> Iterator[str]:
    """Lines of a table with a heading."""
    rows = (measurement.row() for measurement in measurements)
    return format_table(("measurement", "target", "measured", ""), rows)
