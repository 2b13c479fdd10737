"""Checkpoints supplied by the user -> Hallo's face half.

The main file is Hallo's net.pth or the authors' combined checkpoint, recognised by its keys. The combined one lacks the
audio projection, which may come from a second file: Hallo's own net.pth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from ...core.face.hallo.networks import DecoderNets, HalloNets, LatentCodec
from ...core.face.hallo.residency import Residency
from ...core.families.hallo.face import FreeMemory, HalloFace
from ..checkpoints import read_checkpoint
from ..face_landmarks import load_face_landmarker
from ..file_errors import HALLO_CHECKPOINT
from .arcface import load_arcface
from .combined import build_combined, is_combined
from .networks import build_hallo, load_hallo
from .vae import load_vae
from .wav2vec2 import load_wav2vec2


@dataclass(frozen=True)
class FaceFiles:
    """Paths of the files; ``vae`` may be a loaded VAE instead."""

    hallo: Path
    vae: Path | LatentCodec
    wav2vec2: Path | None = None
    arcface: Path | None = None
    audio_projection: Path | None = None


@dataclass(frozen=True)
class LoadedFace:
    """``report`` describes the main file in one sentence."""

    face: HalloFace
    report: str


def load_face(
    files: FaceFiles,
    device: torch.device | str = "cpu",
    dtype: torch.dtype | None = None,
    residency: Residency | None = None,
    free_memory: FreeMemory = lambda: None,
) -> LoadedFace:
    """``dtype`` is what Hallo's networks compute in; None keeps the file's precision. Raises InputError."""
    hallo, blocks, report = load_any_hallo(files.hallo)
    if hallo.audio_projection is None and files.audio_projection is not None:
        hallo = replace(hallo, audio_projection=load_hallo(files.audio_projection).audio_projection)
    hallo = hallo.to(device, dtype)
    vae = load_vae(files.vae).to(device) if isinstance(files.vae, Path) else files.vae
    features = load_wav2vec2(files.wav2vec2).to(device) if files.wav2vec2 else None
    embedder = load_arcface(files.arcface).to(device) if files.arcface else None
    nets = DecoderNets(hallo, vae, features, embedder)
    landmarker = load_face_landmarker().to(device)
    return LoadedFace(HalloFace(nets, landmarker, residency, free_memory, blocks), report)


def load_any_hallo(path: Path) -> tuple[HalloNets, dict[str, nn.Module], str]:
    """Networks, entanglement blocks by name, and a description of the file. Raises InputError."""
    checkpoint = read_checkpoint(path, HALLO_CHECKPOINT)
    if is_combined(checkpoint):
        combined = build_combined(checkpoint)
        return combined.hallo, {"ete": combined.block}, combined.report
    return build_hallo(checkpoint.nested("state_dict")), {}, "Hallo's own checkpoint."
