"""Rows of text as the lines of a table whose columns line up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Row = Sequence[str]
GAP = "  "


def format_table(heading: Row, rows: Iterable[Row], align: str = "", total: Row | None = None) -> Iterator[str]:
    """Heading, rule and rows, and below another rule the ``total``.

    ``align`` has one letter for each column, "l" or "r"; columns beyond its end are aligned to the left.
    """
    body = list(rows)
    cells = [heading, *body, *([total] if total is not None else [])]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rule = GAP.join("-" * width for width in widths)
    yield _line(heading, widths, align)
    yield rule
    yield from (_line(row, widths, align) for row in body)
    if total is not None:
        yield rule
        yield _line(total, widths, align)


def _line(row: Row, widths: Sequence[int], align: str) -> str:
    sides = align.ljust(len(widths), "l")
    padded = (
        cell.rjust(width) if side == "r" else cell.ljust(width)
        for cell, width, side in zip(row, widths, sides, strict=True)
    )
    return GAP.join(padded).rstrip()
