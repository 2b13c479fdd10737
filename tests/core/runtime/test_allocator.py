"""Freed memory goes back to the system within ``low_retention``, and on ``trim``."""

import subprocess
import sys

import pytest
from narrating_face.core.runtime.allocator import glibc

FREED_BETWEEN_THOSE_IN_USE = """
import ctypes
from narrating_face.core.runtime.allocator import trim, lean, glibc

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

with lean():
    pass
before = resident()
with lean():
    scattered()
    within = resident() - before
scattered()
usual = resident() - before
trim()
print(within, usual, resident() - before)
"""


@pytest.mark.skipif(glibc() is None, reason="the C library is not glibc")
def test_freed_blocks_go_back_and_are_kept_elsewhere():
    run = subprocess.run([sys.executable, "-c", FREED_BETWEEN_THOSE_IN_USE], capture_output=True, text=True, check=True)
    within, usual, given_back = (float(megabytes) for megabytes in run.stdout.split())
    assert within < 10 and given_back < 10
    assert usual > 80  # what the other two are to be seen beside
