"""The command line's names of the evaluation's sections are the evaluation's own."""

from narrating_face.cli.arguments import EVALUATED
from narrating_face.research.evaluation.starter import SECTIONS


def test_every_section_can_be_asked_for_by_name() -> None:
    assert tuple(SECTIONS) == EVALUATED
