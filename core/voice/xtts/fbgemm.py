"""FBGEMM, the engine of torch that multiplies with packed weights of 8 and 16 bits on x86 CPUs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def has_fbgemm() -> bool:
    return "fbgemm" in torch.backends.quantized.supported_engines


@contextmanager
def fbgemm_engine() -> Iterator[None]:
    """Selects FBGEMM within the block where it exists: other engines retain a second copy of the weights."""
    engines = torch.backends.quantized
    previous = engines.engine
    if has_fbgemm():
        engines.engine = "fbgemm"
    try:
        yield
    finally:
        engines.engine = previous
