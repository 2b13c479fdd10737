"""The key-value cache of the decoding loop: keys and values [B, H, T, C/H] of each layer in preallocated storage.

The default cache of transformers is copied at every code, this one once in ``spare`` codes. On a CPU the storage of a
whole sentence is allocated at once, because pages that are not written yet take no memory.
"""

from __future__ import annotations

import torch
import transformers
from torch import Tensor

from ...errors import InputError

try:
    from transformers.cache_utils import Cache, DynamicLayer
except ImportError as error:
    raise InputError(
        f"transformers is {transformers.__version__}, and XTTS-v2 needs 4.56 or newer: pip install -U transformers."
    ) from error

SPARE = 48  # positions, where allocated storage takes memory at once


class PreallocatedLayer(DynamicLayer):
    """A cache layer whose ``keys`` and ``values`` are views of storage with spare positions."""

    storage: tuple[Tensor, Tensor] | None = None

    def __init__(self, spare: int) -> None:
        super().__init__()
        self.spare = spare

    def update(self, key_states: Tensor, value_states: Tensor, *_: object, **__: object) -> tuple[Tensor, Tensor]:
        before = self.get_seq_length()
        after = before + key_states.shape[-2]
        if self.storage is None or self.storage[0].shape[-2] < after:
            self._grow(key_states, value_states, before, after + self.spare)
        assert self.storage is not None
        for store, states in zip(self.storage, (key_states, value_states), strict=True):
            store[..., before:after, :] = states
        self.keys, self.values = (store[..., :after, :] for store in self.storage)
        self.is_initialized = True  # transformers 4.56 looks at ``keys`` instead
        return self.keys, self.values

    def get_seq_length(self, *_: object) -> int:
        return 0 if self.keys is None else self.keys.shape[-2]

    def batch_select_indices(self, indices: Tensor) -> None:
        super().batch_select_indices(indices)
        self.storage = None

    def batch_repeat_interleave(self, repeats: int) -> None:
        super().batch_repeat_interleave(repeats)
        self.storage = None

    def _grow(self, key_states: Tensor, value_states: Tensor, before: int, capacity: int) -> None:
        def enlarged(cached: Tensor | None, states: Tensor) -> Tensor:
            store = torch.empty(
                *states.shape[:-2], capacity, states.shape[-1], dtype=states.dtype, device=states.device
            )
            if cached is not None and before:
                store[..., :before, :] = cached
            return store

        self.storage = enlarged(self.keys, key_states), enlarged(self.values, value_states)


def preallocated_cache(layers: int, spare: int = SPARE) -> Cache:
    """A cache that copies itself only when ``spare`` further positions are full."""
    return Cache(layers=[PreallocatedLayer(spare) for _ in range(layers)])
