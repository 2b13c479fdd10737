"""XTTS-v2 checkpoints: ``model.pth`` or a .safetensors file, with ``vocab.json`` beside it."""

from .convert import convert
from .files import SOURCE
from .load import (
    forget_encoders,
    load_networks,
    load_tokenizer,
    load_voice,
)

__all__ = ["SOURCE", "convert", "forget_encoders", "load_networks", "load_tokenizer", "load_voice"]
