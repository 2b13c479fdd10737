"""Memory that was freed goes back to the operating system, where the C library would keep it for itself.

After large short-lived tensors, glibc keeps a tenth of a gigabyte of free blocks between those still in use.
"""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give freed memory back; does nothing where the C library has no way to."""
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):  # another C library than glibc
        return
