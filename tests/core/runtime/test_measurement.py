"""Measurements are compared with their targets and printed in one table."""

import math

import pytest
from narrating_face.core.runtime.measurement import Measurement, measurement_lines


@pytest.mark.parametrize(
    ("measurement", "met", "target"),
    [
        (Measurement("a", 0.08, most=0.08), True, "<= 0.08"),
        (Measurement("a", 0.09, most=0.08), False, "<= 0.08"),
        (Measurement("a", 3.8, least=3.8), True, ">= 3.8"),
        (Measurement("a", -3, -2, 0), False, "-2 to 0"),
        (Measurement("a", math.nan, most=1), False, "<= 1"),
        (Measurement("a", 5.0), None, ""),
    ],
)
def test_verdicts(measurement: Measurement, met: bool | None, target: str) -> None:
    assert measurement.met is met
    assert measurement.target == target


def test_a_measurement_is_a_row_with_its_target_and_verdict() -> None:
    measurements = [Measurement("load", 1.25, unit="s"), Measurement("word error rate", 0.2, most=0.08)]
    assert list(measurement_lines(measurements)) == [
        "measurement      target   measured",
        "---------------  -------  --------  -------",
        "load                      1.25 s",
        "word error rate  <= 0.08  0.2       not met",
    ]


def test_what_was_not_measured_is_said() -> None:
    assert Measurement("peak", math.nan, most=1.1).row() == ("peak", "<= 1.1", "not measured", "not met")
