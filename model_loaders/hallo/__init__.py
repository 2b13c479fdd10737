"""Hallo's video decoder: net.pth or the combined checkpoint, a VAE, and optionally wav2vec2 and ArcFace."""

from .arcface import load_arcface
from .load import (
    FaceFiles,
    LoadedFace,
    load_any_hallo,
    load_face,
)
from .networks import load_hallo
from .vae import load_vae
from .wav2vec2 import load_wav2vec2

__all__ = [
    "FaceFiles",
    "LoadedFace",
    "load_any_hallo",
    "load_arcface",
    "load_face",
    "load_hallo",
    "load_vae",
    "load_wav2vec2",
]
