"""torchaudio without its compiled part, which its Linux wheels build for CUDA and which nothing compared here uses."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

EXTENSION = "torchaudio._extension"


@contextmanager
def imported_torchaudio(folder: str | None = None) -> Iterator[ModuleType]:
    """Import torchaudio, from ``folder`` where one is named; on leaving, no other code can find it.

    transformers imports a torchaudio that it finds, and fails without the compiled part: hence not a plain import.
    """
    with pytest.MonkeyPatch.context() as patch:
        if folder is not None:
            patch.syspath_prepend(folder)
        patch.setitem(sys.modules, EXTENSION, extension_stub())
        try:
            yield importlib.import_module("torchaudio")
        finally:
            for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio" and name != EXTENSION]:
                del sys.modules[name]


def extension_stub() -> ModuleType:
    """``torchaudio._extension`` as it is where nothing compiled is installed."""
    stub = ModuleType(EXTENSION)
    stub.__dict__.update(_IS_TORCHAUDIO_EXT_AVAILABLE=False, _IS_ALIGN_AVAILABLE=False, fail_if_no_align=lambda f: f)
    return stub
