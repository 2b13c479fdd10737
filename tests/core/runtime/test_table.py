"""Columns of a table line up, each to its own side."""

from narrating_face.core.runtime.table import format_table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    lines = list(format_table(("name", "size"), [("a", "1,000"), ("longer", "7")], "lr"))
    assert lines == ["name     size", "------  -----", "a       1,000", "longer      7"]


def test_a_total_stands_below_a_rule_of_its_own() -> None:
    lines = list(format_table(("name", "size"), [("a", "1")], "lr", total=("all", "100")))
    assert lines[1] == lines[3] == "----  ----"
    assert lines[4] == "all    100"


def test_columns_without_a_side_are_aligned_to_the_left() -> None:
    assert list(format_table(("x", "y"), [("1", "long"), ("2", "")]))[2:] == ["1  long", "2"]


def test_a_table_without_rows_is_its_heading() -> None:
    assert list(format_table(("one", "two"), [])) == ["one  two", "---  ---"]
