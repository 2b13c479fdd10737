"""The report of an evaluation: keys that other programs read, and rows as plain data."""

import json
from dataclasses import dataclass
from pathlib import Path

from narrating_face.core.runtime.measurement import Measurement
from narrating_face.research.evaluation.report import SectionResult, write_report


@dataclass(frozen=True)
class Row:
    voice: str
    errors: int


def test_measurements_carry_their_section_target_and_verdict(tmp_path: Path):
    results = {
        "speech": SectionResult([Measurement("word error rate", 0.2, most=0.08)], [Row("a", 2), Row("b", 0)]),
        "liveliness": SectionResult([Measurement("load", 1.0, unit="s")], Row("c", 1)),
    }
    write_report(tmp_path / "report.json", True, results)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["quick"] is True
    assert report["figures"][0] == {
        "section": "speech",
        "name": "word error rate",
        "measured": 0.2,
        "least": None,
        "most": 0.08,
        "unit": "",
        "met": False,
    }
    assert report["figures"][1]["met"] is None
    assert report["details"]["speech"] == [{"voice": "a", "errors": 2}, {"voice": "b", "errors": 0}]
    assert report["details"]["liveliness"] == {"voice": "c", "errors": 1}
