"""Checkpoint files, read without running code from them.

.safetensors files and PyTorch's zip archives (.pth, .pt, .bin, .ckpt) are mapped into memory: their tensors are views
of the file, so that weights exist once and only the pages in use are read. Every fault is an InputError of one
sentence: the file, its fault, where to get a sound one.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from ..core.errors import InputError
from .file_errors import Origin

MAX_QUOTE = 160  # characters of a library's message or a file's own words
REFUSED_CLASS = re.compile(r"GLOBAL ([\w.]+)")  # as torch's restricted unpickler names it
UNPICKLER_PREFIX = "WeightsUnpickler error:"
MALFORMED = (ValueError, TypeError, IndexError, ArithmeticError, RuntimeError)


@dataclass(frozen=True)
class Checkpoint:
    """Content of the file at ``path``, nested as it is there: tensors, tables of tensors and plain values by name."""

    path: Path
    origin: Origin
    content: Mapping[Any, Any]
    metadata: Mapping[str, str] = field(default_factory=dict)  # of a .safetensors file

    def error(self, fault: str) -> InputError:
        return self.origin.error(self.path, fault)

    def nested(self, key: str) -> Checkpoint:
        """The table under ``key``, or the whole where there is no such key. Raises InputError for anything else."""
        inner = self.content.get(key, self.content)
        if not isinstance(inner, Mapping):
            raise self.error(f"holds {_kind(inner)} under {key!r} where a table of tensors is needed")
        return replace(self, content=inner)

    def tensors(self) -> dict[str, Tensor]:
        """The content. Raises InputError where it holds anything but tensors by name."""
        for name, value in self.content.items():
            if not isinstance(name, str) or not isinstance(value, Tensor):
                raise self.error(f"holds {_kind(value)} under {quoted(name)} where tensors by name are needed")
        return dict(self.content)

    @contextmanager
    def parsing(self) -> Iterator[None]:
        """Inside the block an absent key or an impossible size raises InputError."""
        try:
            yield
        except InputError:
            raise
        except KeyError as error:
            raise self.error(f"lacks {quoted(error.args[0])}, so it is incomplete or of another kind") from error
        except MALFORMED as error:
            raise self.error(f"has impossible shapes or values ({first_line(error)})") from error


def read_checkpoint(path: str | Path, origin: Origin, stand_ins: Sequence[str] = ()) -> Checkpoint:
    """Raises InputError for a file that is missing, damaged, or holds pickled objects.

    Objects of the classes named in ``stand_ins`` ("module.Class") are read as bare attributes.
    """
    path = Path(path)
    if not path.is_file():
        raise origin.error(path, "does not exist")
    try:
        if path.suffix.lower() == ".safetensors":
            with safe_open(str(path), framework="pt") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                return Checkpoint(path, origin, tensors, file.metadata() or {})
        content = _read_archive(path, stand_ins)
    except Exception as error:
        raise origin.error(path, _fault(error)) from error
    if not isinstance(content, Mapping):
        raise origin.error(path, f"holds {_kind(content)} where a table of tensors is needed")
    return Checkpoint(path, origin, content)


def _read_archive(path: Path, stand_ins: Sequence[str]) -> Any:
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError("cut short, of another format, or written by PyTorch before 1.6")
    with torch.serialization.safe_globals([_stand_in(name) for name in stand_ins]):
        return torch.load(str(path), map_location="cpu", weights_only=True, mmap=True)


def _stand_in(name: str) -> type:
    module, _, own = name.rpartition(".")
    return type(own, (), {"__module__": module})


def _fault(error: Exception) -> str:
    if refused := REFUSED_CLASS.search(str(error)):
        return f"holds pickled code ({quoted(refused[1])}), which is never run"
    return f"could not be read, it is damaged or no checkpoint ({first_line(error)})"


def _kind(value: object) -> str:
    return f"a value of type {type(value).__name__}"


def quoted(words: object) -> str:
    """For messages: on one line, in quotes, of limited length."""
    return repr(words)[:MAX_QUOTE]


def first_line(error: Exception) -> str:
    """What an exception says, shortened to part of a sentence."""
    message = getattr(error, "strerror", None) or str(error).rpartition(UNPICKLER_PREFIX)[2]
    return (message.strip().splitlines() or [type(error).__name__])[0][:MAX_QUOTE].rstrip(".: ")
