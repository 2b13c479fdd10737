"""Passes segments to the voice half and keeps each for the face half, so that both read one lazy stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .bundles import Entangled


class SegmentTap:
    """Iterate it once; ``total`` is how many segments there will be."""

    def __init__(self, segments: Iterable[Entangled], total: int) -> None:
        self.total = total
        self._segments, self._waiting = segments, list[Entangled]()

    def __iter__(self) -> Iterator[Entangled]:
        for segment in self._segments:
            self._waiting.append(segment)
            yield segment

    def take(self) -> list[Entangled]:
        """The segments that have passed since the last call."""
        taken, self._waiting = self._waiting, []
        return taken
