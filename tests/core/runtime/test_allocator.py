"""Freed memory is returned to the operating system within ``low_retention`` and by ``trim``."""

import subprocess
import sys

import pytest
from narrating_face.core.runtime.allocator import glibc

FREE_BETWEEN_USED = """
import ctypes
from narrating_face.core.runtime.allocator import glibc, low_retention, trim

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4 / 1024

def scattered():
    library = glibc()
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    large, small = [], []
    for _ in range(100):
        large.append(library.malloc(2**20))
        ctypes.memset(large[-1], 1, 2**20)
        small.append(library.malloc(1000))
    for address in large:
        library.free(address)

with low_retention():
    pass
before = resident()
with low_retention():
    scattered()
    within = resident() - before
scattered()
retained = resident() - before
trim()
print(within, retained, resident() - before)
"""


@pytest.mark.skipif(glibc() is None, reason="the C library is not glibc")
def test_freed_blocks_are_returned_that_glibc_otherwise_retains():
    run = subprocess.run([sys.executable, "-c", FREE_BETWEEN_USED], capture_output=True, text=True, check=True)
    within, retained, trimmed = (float(megabytes) for megabytes in run.stdout.split())
    assert within < 10 and trimmed < 10
    assert retained > 80, "glibc returns freed memory by itself: this test shows nothing"
