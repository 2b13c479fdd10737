"""Which of torch's engines packs weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def lean_engine() -> Iterator[None]:
    """Pack with FBGEMM where it exists: other engines keep the unpacked weights as well."""
    engines = torch.backends.quantized
    before = engines.engine
    if "fbgemm" in engines.supported_engines:
        engines.engine = "fbgemm"
    try:
        yield
    finally:
        engines.engine = before
