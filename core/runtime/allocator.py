"""Returns freed memory to the operating system, which the C library would retain.

After large short-lived tensors, glibc retains about 100 MB of free blocks between those in use. Blocks above a
threshold are mapped individually and unmapped when freed; glibc raises that threshold to the largest block ever freed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # parameters of mallopt
LOW_THRESHOLD, DEFAULT_THRESHOLD = 2**18, 2**25  # bytes; 32 MiB is where glibc stops raising its own threshold


def trim() -> None:
    """Return freed memory to the operating system; without effect where the C library is not glibc."""
    if (library := glibc()) is not None:
        library.malloc_trim(0)


@contextmanager
def low_retention() -> Iterator[None]:
    """Large blocks are returned as soon as they are freed: lower peaks, at the cost of mapping each block anew."""
    library = glibc()
    if library is not None:
        library.mallopt(M_MMAP_THRESHOLD, LOW_THRESHOLD)
    try:
        yield
    finally:
        if library is not None:
            library.mallopt(M_MMAP_THRESHOLD, DEFAULT_THRESHOLD)
            library.mallopt(M_TRIM_THRESHOLD, 2 * DEFAULT_THRESHOLD)
            library.malloc_trim(0)


@lru_cache(maxsize=1)
def glibc() -> ctypes.CDLL | None:
    """The C library, or None where it is not glibc."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
