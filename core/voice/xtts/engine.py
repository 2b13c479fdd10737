"""Which of torch's engines packs weights of 8 and of 16 bits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def has_fbgemm() -> bool:
    return "fbgemm" in torch.backends.quantized.supported_engines


@contextmanager
def lean_engine() -> Iterator[None]:
    """Pack with FBGEMM where it exists: other engines keep the unpacked weights as well."""
    engines = torch.backends.quantized
    before = engines.engine
    if has_fbgemm():
        engines.engine = "fbgemm"
    try:
        yield
    finally:
        engines.engine = before
