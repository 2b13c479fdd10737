"""Weights that are part of the pack: a file that is missing or damaged is named in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from ..core.errors import InputError

DAMAGE = (OSError, SafetensorError, RuntimeError, ValueError, KeyError, TypeError)


@contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """Raises InputError when the file at ``path`` cannot be read or does not fill its network."""
    try:
        yield
    except DAMAGE as error:
        raise InputError(
            f"bundled file {Path(path).name!r} could not be loaded ({str(error).splitlines()[0]}): "
            "install the pack again, the file is part of it."
        ) from error
