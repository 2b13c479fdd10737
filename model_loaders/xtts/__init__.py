"""XTTS-v2 checkpoints: ``model.pth`` or a .safetensors file, with ``vocab.json`` beside it."""

from .convert import convert_checkpoint
from .load import load_tokenizer, load_voice
from .networks import load_networks, release_encoders

__all__ = ["convert_checkpoint", "load_networks", "load_tokenizer", "load_voice", "release_encoders"]
