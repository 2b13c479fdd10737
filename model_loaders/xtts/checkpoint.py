"""XTTS-v2 files of any known layout -> tensors under their published names, and the number of attention heads.

A file is a table of tensors, or holds one under ``model`` with a configuration beside it. The published file pickles
that configuration as objects of classes that are not installed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from ..checkpoints import Checkpoint, quoted, read_checkpoint
from ..file_errors import XTTS_CHECKPOINT
from .names import published_name

PICKLED_CONFIGS = (
    "TTS.tts.configs.xtts_config.XttsConfig",
    "TTS.tts.models.xtts.XttsArgs",
    "TTS.tts.models.xtts.XttsAudioConfig",
    "TTS.config.shared_configs.BaseDatasetConfig",
)
HEADS = "gpt_n_heads"


def read_xtts(path: Path) -> Checkpoint:
    """Raises InputError for a file that is missing, damaged, or holds other pickled objects."""
    return read_checkpoint(path, XTTS_CHECKPOINT, PICKLED_CONFIGS)


def published_tensors(checkpoint: Checkpoint) -> dict[str, Tensor]:
    """Tensors by published name, without those that are not needed. Raises InputError where there is none."""
    tensors: dict[str, Tensor] = {}
    for key, value in checkpoint.nested("model").content.items():
        name = published_name(key) if isinstance(key, str) else None
        if name is not None and isinstance(value, Tensor):
            tensors[name] = value
    if not tensors:
        raise checkpoint.error("holds no weights")
    return tensors


def attention_heads(checkpoint: Checkpoint) -> int | None:
    """``gpt_n_heads`` of the metadata or the configuration, where the file has one. Raises InputError."""
    config = _values(checkpoint.content.get("config"))
    for values in (checkpoint.metadata, config, _values(config.get("model_args"))):
        if (heads := values.get(HEADS)) is not None:
            if not str(heads).isdecimal() or int(heads) < 1:
                raise checkpoint.error(f"has {HEADS} {quoted(heads)} where a positive whole number is needed")
            return int(heads)
    return None


def _values(config: Any) -> Mapping[str, Any]:
    """Of a dict, or the attributes of an object."""
    return config if isinstance(config, Mapping) else getattr(config, "__dict__", {})
