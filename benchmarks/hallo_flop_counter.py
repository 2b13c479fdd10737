"""The FLOP counter: the work of networks on the meta device, where a full-size clip is counted in seconds.

Nothing is computed. Attention is counted as a fused kernel does it: its products, but no matrix of weights in memory.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from ..core.face.hallo.attention import use_attention


@dataclass(frozen=True)
class Work:
    """Floating-point operations (a multiplication and an addition are two), and the peak bytes of live results."""

    flops: int
    peak_bytes: int


def count_work(call: Callable[[], Any], nets: Iterable[nn.Module]) -> Work:
    """The work of ``call``, which runs ``nets``; they and its inputs lie on the meta device."""
    attention, memory = _FusedAttention(), _LiveBytes()
    for net in nets:
        use_attention(net, attention)
    with torch.inference_mode(), FlopCounterMode(display=False) as counter, memory:
        result = call()
    del result
    return Work(counter.get_total_flops() + attention.flops, memory.peak)


class _FusedAttention:
    """Stands in for the attention kernel and counts its two products."""

    def __init__(self) -> None:
        self.flops = 0

    def __call__(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        batch, heads, queries, width = query.shape
        self.flops += 4 * batch * heads * queries * key.shape[2] * width
        return torch.empty_like(query)


class _LiveBytes(TorchDispatchMode):
    """Tracks every storage from the result that it first holds until it is freed."""

    def __init__(self) -> None:
        super().__init__()
        self.live = self.peak = 0
        self._seen: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(tensor, Tensor):
                self._track(tensor.untyped_storage())
        self.peak = max(self.peak, self.live)
        return result

    def _track(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key not in self._seen:
            self._seen.add(key)
            self.live += storage.nbytes()
            weakref.finalize(storage, self._freed, key, storage.nbytes())

    def _freed(self, key: int, size: int) -> None:
        self._seen.discard(key)
        self.live -= size
