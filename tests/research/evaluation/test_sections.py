"""The command line knows the sections of the evaluation by their names."""

from narrating_face.cli.arguments import EVALUATED
from narrating_face.research.evaluation.sections import SECTIONS


def test_every_section_can_be_chosen_by_name() -> None:
    assert tuple(SECTIONS) == EVALUATED
