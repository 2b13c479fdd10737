"""Checkpoints of the full family on disk: which folders they lie in, what is there, where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import folder_paths

SUFFIXES = {".pth", ".pt", ".bin", ".ckpt", ".safetensors"}
NONE = "none"


@dataclass(frozen=True)
class Kind:
    """A kind of checkpoint: its folder under models/narrating_face, and where people get one."""

    folder: str
    source: str
    also: str | None = None  # one of ComfyUI's own folders, searched as well

    @property
    def registered(self) -> str:
        return f"narrating_face_{self.folder}"

    def register(self) -> None:
        own = Path(folder_paths.models_dir) / "narrating_face" / self.folder
        folder_paths.add_model_folder_path(self.registered, str(own))
        for folder in folder_paths.get_folder_paths(self.also) if self.also else ():
            folder_paths.add_model_folder_path(self.registered, folder)

    def names(self) -> list[str]:
        return [name for name in folder_paths.get_filename_list(self.registered) if Path(name).suffix in SUFFIXES]

    def path(self, name: str) -> Path:
        return Path(folder_paths.get_full_path_or_raise(self.registered, name))

    def missing(self, name: str) -> str:
        return f"{name[:80]!r} is not in models/narrating_face/{self.folder} (get it from {self.source})"


HALLO = Kind("hallo", "huggingface.co/fudan-generative-ai/hallo, hallo/net.pth, 4.85 GB")
VAE = Kind("vae", "huggingface.co/stabilityai/sd-vae-ft-mse-original, 335 MB", also="vae")
WAV2VEC2 = Kind("wav2vec2", "huggingface.co/facebook/wav2vec2-base-960h, model.safetensors, 378 MB")
ARCFACE = Kind("arcface", "any PyTorch iresnet50 or iresnet100 with 512 outputs, or choose none")
KINDS = (HALLO, VAE, WAV2VEC2, ARCFACE)


def register_full_folders() -> None:
    """Nothing is created: people make the folders when they have something to put there."""
    for kind in KINDS:
        kind.register()
