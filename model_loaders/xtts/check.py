"""Every key and shape of a checkpoint is held against the model it is meant for, before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from ...core.voice.xtts.config import XTTSConfig
from .files import unusable
from .names import (
    COMPUTED,
    DIRECTION,
    GAIN,
    checkpoint_name,
)
from .shell import shell
from .sizes import config_of

Shapes = dict[str, tuple[int, ...]]
LARGEST = 16_384  # no size of a real checkpoint is above it


def checked_config(path: Path, tensors: Mapping[str, Tensor], heads: int | None) -> XTTSConfig:
    """The model's sizes. Raises InputError unless the checkpoint has all of its tensors, in shape, and no other."""
    try:
        config = config_of(tensors, heads)
    except KeyError as error:
        raise unusable(path, f"lacks {error.args[0]!r}, so it is not a complete XTTS-v2 model") from error
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise unusable(path, f"has tensors of impossible shapes ({error})") from error
    if not 0 < config.gpt.width <= LARGEST or config.gpt.width % config.gpt.heads:
        raise unusable(path, f"has a GPT of width {config.gpt.width} and {config.gpt.heads} heads")
    if problem := first_difference(expected_shapes(config), tensors):
        raise unusable(path, problem)
    return config


def expected_shapes(config: XTTSConfig) -> Shapes:
    """Published key -> shape of every tensor of a model with these sizes."""
    shapes: Shapes = dict(COMPUTED)
    for name, tensor in shell(config).state_dict().items():
        if not name.startswith(("gpt.stack.wte", "gpt.stack.wpe")):
            shapes |= _stored(checkpoint_name(name), tuple(tensor.shape))
    return shapes


def _stored(key: str, shape: tuple[int, ...]) -> Shapes:
    """Weight norm splits a vocoder weight in two: a length for each first index, and a direction."""
    normed = key.endswith(".weight") and (".ups." in key or ".resblocks." in key)
    if not normed:
        return {key: shape}
    stem = key.removesuffix("weight")
    return {stem + GAIN: (shape[0], 1, 1), stem + DIRECTION: shape}


def first_difference(expected: Shapes, tensors: Mapping[str, Tensor]) -> str | None:
    """What is wrong with a checkpoint's keys and shapes, if anything."""
    if missing := sorted(expected.keys() - tensors.keys()):
        return f"lacks {_named(missing)}"
    if unknown := sorted(tensors.keys() - expected.keys()):
        return f"has {_named(unknown)}, which XTTS-v2 does not have"
    for key, shape in expected.items():
        if tuple(tensors[key].shape) != shape:
            return f"has {key!r} of shape {list(tensors[key].shape)} where {list(shape)} is needed"
    return None


def _named(keys: list[str]) -> str:
    return f"{keys[0]!r}" + (f" and {len(keys) - 1} more" if len(keys) > 1 else "")
