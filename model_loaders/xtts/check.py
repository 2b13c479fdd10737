"""An XTTS-v2 checkpoint is compared with the model it is meant for before anything is built."""

from __future__ import annotations

from ...core.voice.xtts.config import XTTSConfig
from ..checkpoints import Checkpoint
from ..state_dicts import COUNTER, check_tensors, shapes_of
from .checkpoint import attention_heads, published_tensors
from .meta_networks import build_on_meta
from .names import (
    COMPUTED,
    DIRECTION,
    GAIN,
    checkpoint_name,
)
from .sizes import xtts_config

MAX_WIDTH = 16_384  # of a GPT; the published one has 1,024


def checked_config(checkpoint: Checkpoint) -> XTTSConfig:
    """The model's sizes. Raises InputError unless the file has all of its tensors, in shape, and no other."""
    tensors = published_tensors(checkpoint)
    with checkpoint.parsing():
        config = xtts_config(tensors, attention_heads(checkpoint))
    if not 0 < config.gpt.width <= MAX_WIDTH or config.gpt.width % config.gpt.heads:
        raise checkpoint.error(f"has a GPT of width {config.gpt.width} and {config.gpt.heads} heads")
    with checkpoint.parsing():
        expected = xtts_shapes(config)
    check_tensors(tensors, expected, checkpoint, integers=[key for key in expected if key.endswith(COUNTER)])
    return config


def xtts_shapes(config: XTTSConfig) -> dict[str, tuple[int, ...]]:
    """Published key -> shape of every tensor of a model with these sizes."""
    shapes: dict[str, tuple[int, ...]] = dict(COMPUTED)
    for name, shape in shapes_of(build_on_meta(config)).items():
        if not name.startswith(("gpt.stack.wte", "gpt.stack.wpe")):
            shapes |= _stored(checkpoint_name(name), tuple(shape))
    return shapes


def _stored(key: str, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Weight norm splits a vocoder weight in two: a length for each first index, and a direction."""
    if not key.endswith(".weight") or not (".ups." in key or ".resblocks." in key):
        return {key: shape}
    stem = key.removesuffix("weight")
    return {stem + GAIN: (shape[0], 1, 1), stem + DIRECTION: shape}
