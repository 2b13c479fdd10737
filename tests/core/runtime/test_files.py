"""Files are never half-written, neither after an error nor after Ctrl-C at any moment."""

import itertools
import sys
from pathlib import Path
from types import FrameType

import pytest
from narrating_face.core.runtime.files import replacing


def write(path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(b"whole")


def interrupted(path: Path, step: int) -> bool:
    """Write with a KeyboardInterrupt at the ``step``-th Python instruction; False if writing took fewer."""
    left = step

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal left
        frame.f_trace_opcodes = True
        left -= event == "opcode"
        if left == 0:
            left = -1  # interrupts only once
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        write(path)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_an_error_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "result.bin"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_an_interrupt_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path):
    path, contents, step = tmp_path / "result.bin", set(), 0
    for step in itertools.count(1):
        path.write_bytes(b"old")
        stopped = interrupted(path, step)
        assert list(tmp_path.iterdir()) == [path], f"after an interrupt at instruction {step}"
        contents.add(path.read_bytes())
        if not stopped:
            break
    assert step > 100 and contents == {b"old", b"whole"} and path.read_bytes() == b"whole"
