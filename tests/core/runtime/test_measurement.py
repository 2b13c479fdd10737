"""Figures know whether they are good enough, and say so in one table."""

import math

import pytest
from narrating_face.core.runtime.measurement import Measurement, table


@pytest.mark.parametrize(
    ("figure", "met", "target"),
    [
        (Measurement("a", 0.08, most=0.08), True, "<= 0.08"),
        (Measurement("a", 0.09, most=0.08), False, "<= 0.08"),
        (Measurement("a", 3.8, least=3.8), True, ">= 3.8"),
        (Measurement("a", -3, -2, 0), False, "-2 to 0"),
        (Measurement("a", math.nan, most=1), False, "<= 1"),
        (Measurement("a", 5.0), None, ""),
    ],
)
def test_verdicts(figure: Measurement, met: bool | None, target: str) -> None:
    assert figure.met is met
    assert figure.target == target


def test_table_lines_up() -> None:
    lines = list(table([Measurement("load", 1.25, unit="s"), Measurement("word error rate", 0.2, most=0.08)]))
    assert lines[0].split() == ["figure", "target", "measured"]
    assert lines[2].split() == ["load", "1.25", "s"]
    assert lines[3].split() == ["word", "error", "rate", "<=", "0.08", "0.2", "not", "met"]
