"""The report of an evaluation: one JSON file with every measurement, its verdict and the rows that it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...core.runtime.files import replacing
from ...core.runtime.measurement import Measurement


@dataclass(frozen=True)
class SectionResult:
    """Measurements, and the row or list of rows (dataclasses) that they are computed from."""

    measurements: list[Measurement]
    rows: Any


def write_report(path: Path, quick: bool, results: Mapping[str, SectionResult]) -> None:
    """Replaces ``path`` by the results so far, by section."""
    report = {
        "quick": quick,
        "figures": [
            {"section": section, **asdict(measurement), "met": measurement.met}
            for section, result in results.items()
            for measurement in result.measurements
        ],
        "details": {section: _plain(result.rows) for section, result in results.items()},
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")


def _plain(rows: Any) -> Any:
    return [asdict(row) for row in rows] if isinstance(rows, list) else asdict(rows)
