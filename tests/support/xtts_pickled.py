"""The published .pth layout: weights beside a configuration of objects whose classes are not installed."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest
import torch
from narrating_face.model_loaders.xtts.checkpoint import PICKLED_CONFIGS


def pickled_config(heads: int = 4) -> Any:
    """The published file's configuration: objects of classes that are not installed when it is read."""
    made = {}
    for name in PICKLED_CONFIGS:
        module, _, own = name.rpartition(".")
        made[own] = type(own, (), {"__module__": module})
    arguments, config = made["XttsArgs"](), made["XttsConfig"]()
    arguments.gpt_n_heads = heads
    config.model_args, config.audio, config.datasets = (
        arguments,
        made["XttsAudioConfig"](),
        [made["BaseDatasetConfig"]()],
    )
    return config


def save_with_objects(content: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.save of objects whose classes exist only while saving."""
    for value in (
        content["config"],
        content["config"].model_args,
        content["config"].audio,
        *content["config"].datasets,
    ):
        kind = type(value)
        parts = kind.__module__.split(".")
        for depth in range(1, len(parts) + 1):
            monkeypatch.setitem(sys.modules, ".".join(parts[:depth]), types.ModuleType(parts[depth - 1]))
        setattr(sys.modules[kind.__module__], kind.__name__, kind)
        kind.__qualname__ = kind.__name__
    for value in (
        content["config"],
        content["config"].model_args,
        content["config"].audio,
        *content["config"].datasets,
    ):
        setattr(sys.modules[type(value).__module__], type(value).__name__, type(value))
    torch.save(content, path)
    monkeypatch.undo()
