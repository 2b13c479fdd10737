"""Memory that was freed goes back to the operating system, where the C library would keep it for itself.

After large short-lived tensors, glibc keeps a tenth of a gigabyte of free blocks between those still in use. Blocks
above a threshold are mapped one by one and never kept; glibc raises it to the largest that was ever freed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

MAPPED_FROM, KEPT_FREE = -3, -1  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
LEAN, USUAL = 2**18, 2**25  # bytes; glibc itself raises its threshold to 32 MiB at most, and keeps twice as much


def trim() -> None:
    """Give freed memory back; does nothing where the C library has no way to."""
    if (library := glibc()) is not None:
        library.malloc_trim(0)


@contextmanager
def low_retention() -> Iterator[None]:
    """Within it, large blocks go back when they are freed: lower peaks, for the price of mapping them anew."""
    library = glibc()
    if library is not None:
        library.mallopt(MAPPED_FROM, LEAN)
    try:
        yield
    finally:
        if library is not None:
            library.mallopt(MAPPED_FROM, USUAL)
            library.mallopt(KEPT_FREE, 2 * USUAL)
            library.malloc_trim(0)


@lru_cache(maxsize=1)
def glibc() -> ctypes.CDLL | None:
    """The C library, if it is glibc."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
