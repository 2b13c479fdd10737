"""The keys and values that decoding remembers, [B, H, T, C/H] for each layer, in storage with room to grow.

Storage that fits exactly would be copied at every code; this is copied once in ROOM codes.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

ROOM = 48


class KeyValues:
    """What one layer's attention remembers: the first ``length`` places of its storage."""

    def __init__(self) -> None:
        self.length = 0
        self.storage: list[Tensor] = []

    def extend(self, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Remember keys and values [B, H, T, C/H] too; all of them so far, as views of the storage."""
        before, after = self.length, self.length + key.shape[2]
        if not self.storage or self.storage[0].shape[2] < after:
            self.storage = [self._roomy(index, new, after) for index, new in enumerate((key, value))]
        for store, new in zip(self.storage, (key, value), strict=True):
            store[:, :, before:after] = new
        self.length = after
        keys, values = (store[:, :, :after] for store in self.storage)
        return keys, values

    def change(self, rows: Callable[[Tensor], Tensor]) -> None:
        """Put ``rows`` of the batch in the place of the batch."""
        self.storage = [rows(store[:, :, : self.length]) for store in self.storage]

    def _roomy(self, index: int, new: Tensor, length: int) -> Tensor:
        batch, heads, _, width = new.shape
        store = new.new_empty(batch, heads, length + ROOM, width)
        if self.storage:
            store[:, :, : self.length] = self.storage[index][:, :, : self.length]
        return store


class Memory:
    """``KeyValues`` of every layer."""

    def __init__(self, layers: int) -> None:
        self.layers = [KeyValues() for _ in range(layers)]

    @property
    def length(self) -> int:
        return self.layers[0].length

    def keep(self, rows: Tensor) -> None:
        """Only these rows of the batch."""
        for layer in self.layers:
            layer.change(lambda values: values[rows])

    def repeat(self, rows: int) -> None:
        """The batch's one row, ``rows`` times."""
        for layer in self.layers:
            layer.change(lambda values: torch.cat([values] * rows))
