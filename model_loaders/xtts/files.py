"""A checkpoint on disk -> its tensors under their published names, memory-mapped; nothing but tensors is trusted.

.pth files are read by torch's restricted unpickler alone. The published file also pickles its configuration as objects
of classes that are not installed here: empty stand-ins of the same names hold their plain values.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from ...core.errors import InputError
from .names import published_name

SOURCE = "get model.pth and vocab.json of coqui/XTTS-v2 from Hugging Face (release v2.0.3, 1,867,929,118 bytes)"
PICKLED_CONFIGS = (
    "TTS.tts.configs.xtts_config.XttsConfig",
    "TTS.tts.models.xtts.XttsArgs",
    "TTS.tts.models.xtts.XttsAudioConfig",
    "TTS.config.shared_configs.BaseDatasetConfig",
)
HEADS = "gpt_n_heads"


@dataclass(frozen=True)
class Checkpoint:
    """Tensors by published key, and how many attention heads the file says its GPT has."""

    tensors: dict[str, Tensor]
    heads: int | None


def unusable(path: Path, problem: str) -> InputError:
    """The one sentence about a file that cannot be used."""
    return InputError(f"XTTS-v2 checkpoint {path.name!r} {problem}: {SOURCE}.")


def read_checkpoint(path: Path) -> Checkpoint:
    """Open a file; its tensors are views of the file until they are touched. Raises InputError."""
    if not path.is_file():
        raise unusable(path, "does not exist")
    content, heads = _read_safetensors(path) if path.suffix == ".safetensors" else _read_pth(path)
    tensors: dict[str, Tensor] = {}
    for key, value in content.items():
        name = published_name(key) if isinstance(key, str) else None
        if name is not None and isinstance(value, Tensor):
            tensors[name] = value
    if not tensors:
        raise unusable(path, "holds no weights")
    return Checkpoint(tensors, heads)


def _read_safetensors(path: Path) -> tuple[Mapping[Any, Any], int | None]:
    try:
        with safe_open(str(path), framework="pt") as file:
            heads = (file.metadata() or {}).get(HEADS)
            return {key: file.get_tensor(key) for key in file.keys()}, int(heads) if heads else None  # noqa: SIM118
    except Exception as error:
        raise unusable(path, f"could not be read ({_first_line(error)})") from error


def _read_pth(path: Path) -> tuple[Mapping[Any, Any], int | None]:
    if not zipfile.is_zipfile(path):
        raise unusable(path, "is not a complete PyTorch file (truncated, or another format)")
    try:
        with torch.serialization.safe_globals([_stand_in(name) for name in PICKLED_CONFIGS]):
            content = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:
        raise unusable(path, f"could not be read safely ({_first_line(error)})") from error
    if not isinstance(content, Mapping):
        raise unusable(path, f"holds a {type(content).__name__} instead of weights by name")
    model = content.get("model", content)
    if not isinstance(model, Mapping):
        raise unusable(path, f"holds a {type(model).__name__} under 'model' instead of weights by name")
    return model, _heads(content.get("config"))


def _stand_in(name: str) -> type:
    module, _, own = name.rpartition(".")
    return type(own, (), {"__module__": module})


def _heads(config: Any) -> int | None:
    """``gpt_n_heads`` of a configuration: a dict, or a stand-in with attributes."""
    for values in (_values(config), _values(_values(config).get("model_args"))):
        if isinstance(heads := values.get(HEADS), int):
            return heads
    return None


def _values(config: Any) -> Mapping[str, Any]:
    return config if isinstance(config, Mapping) else getattr(config, "__dict__", {})


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160].rstrip(".:")
