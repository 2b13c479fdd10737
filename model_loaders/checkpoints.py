"""Checkpoints that users bring: read without running anything in them, checked before anything is built.

A file is mapped into memory, so its weights are there once, and only the pages that are used. Whatever is wrong with it
is said in one sentence: which file, what is wrong, where the right one comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor, nn

from ..core.errors import InputError

Shapes = Mapping[str, torch.Size]


@dataclass(frozen=True)
class Origin:
    """What a file is called in messages, and where the right one comes from."""

    name: str
    source: str

    def refuse(self, path: str | Path, fault: str) -> InputError:
        return InputError(f"{self.name} {Path(path).name!r} {fault}: get it from {self.source}.")


def read_checkpoint(path: str | Path, origin: Origin) -> dict[str, Any]:
    """Tensors by name, as the file nests them. Raises InputError."""
    if not Path(path).is_file():
        raise origin.refuse(path, "is not there")
    try:
        if Path(path).suffix.lower() == ".safetensors":
            with safe_open(str(path), framework="pt") as file:
                return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        loaded = torch.load(str(path), map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise origin.refuse(path, f"could not be read, it is damaged or no checkpoint ({reason})") from error
    if not isinstance(loaded, dict):
        raise origin.refuse(path, f"holds {type(loaded).__name__} where a table of tensors is needed")
    return loaded


def only_tensors(loaded: Mapping[str, Any], path: str | Path, origin: Origin) -> dict[str, Tensor]:
    """The table itself, or the one under ``state_dict``."""
    inner = loaded.get("state_dict", loaded)
    if not isinstance(inner, Mapping) or not all(isinstance(value, Tensor) for value in inner.values()):
        raise origin.refuse(path, "holds other things than tensors")
    return dict(inner)


def shapes_of(net: nn.Module, prefix: str = "") -> dict[str, torch.Size]:
    return {prefix + name: tensor.shape for name, tensor in net.state_dict().items()}


def check_tensors(tensors: Mapping[str, Tensor], expected: Shapes, path: str | Path, origin: Origin) -> None:
    """Every expected tensor with its shape, and no other. Raises InputError."""
    missing, surplus = sorted(expected.keys() - tensors.keys()), sorted(tensors.keys() - expected.keys())
    if missing:
        raise origin.refuse(path, f"lacks {_some(missing)}")
    if surplus:
        raise origin.refuse(path, f"holds {_some(surplus)} that do not belong there")
    for name, shape in expected.items():
        if tensors[name].shape != shape:
            found = list(tensors[name].shape)
            raise origin.refuse(path, f"has {name} with shape {found} where {list(shape)} is needed")
        if not tensors[name].is_floating_point():
            raise origin.refuse(path, f"has {name} as {tensors[name].dtype} where floating-point numbers are needed")


def fill(net: nn.Module, tensors: Mapping[str, Tensor], prefix: str = "") -> None:
    """Put the file's own tensors in place of those of a net on the meta device; their type stays."""
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    net.load_state_dict({name: own[name] for name in net.state_dict()}, assign=True)
    net.eval().requires_grad_(False)


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return f"{len(names)} tensor{'s' if len(names) > 1 else ''} such as {names[0]}"
