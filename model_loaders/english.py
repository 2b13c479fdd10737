"""English pronunciation from one safetensors file: ``lexicon`` (uint8, core.text.packing)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from safetensors.torch import load_file

from ..core.text.lexicon import Lexicon
from ..core.text.packing import unpack
from ..core.text.phonemes import Phonemiser


@lru_cache(maxsize=2)
def load_english(path: str | Path) -> Phonemiser:
    """The phonemiser in the file at ``path``; read once."""
    tensors = load_file(str(path))
    lexicon = Lexicon(unpack(tensors["lexicon"]))
    return Phonemiser(lexicon, lambda word: "".join(lexicon.pronounce(letter.upper()) or "" for letter in word))
