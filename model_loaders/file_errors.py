"""Every file that the loaders read: its name in messages, and where to get it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.errors import InputError


@dataclass(frozen=True)
class Origin:
    """A kind of file: its name in messages, where sound ones come from, and what to do about a faulty one."""

    name: str
    source: str
    advice: str = "get it from {source}"

    def error(self, path: str | Path, fault: str) -> InputError:
        """One sentence about the file at ``path``: its kind and name, its fault, what to do."""
        return InputError(f"{self.name} {Path(path).name!r} {fault}: {self.advice.format(source=self.source)}.")


BUNDLED_FILE = Origin("bundled file", "this pack", "install the pack again, the file is part of it")

XTTS_SOURCE = "huggingface.co/coqui/XTTS-v2 (release v2.0.3: model.pth of 1,867,929,118 bytes, and vocab.json; CPML)"
XTTS_CHECKPOINT = Origin("XTTS-v2 checkpoint", XTTS_SOURCE)
XTTS_VOCABULARY = Origin("vocabulary", XTTS_SOURCE)

HALLO_CHECKPOINT = Origin("Hallo checkpoint", "huggingface.co/fudan-generative-ai/hallo (hallo/net.pth, 4.85 GB)")
COMBINED_CHECKPOINT = Origin("combined checkpoint", "github.com/narratingForYou/NarratingForYou (latest.pth)")
VAE_CHECKPOINT = Origin(
    "VAE checkpoint", "huggingface.co/stabilityai/sd-vae-ft-mse (diffusion_pytorch_model.safetensors, 335 MB)"
)
WAV2VEC2_CHECKPOINT = Origin(
    "wav2vec2 checkpoint", "huggingface.co/facebook/wav2vec2-base-960h (model.safetensors, 378 MB, and config.json)"
)
ARCFACE_CHECKPOINT = Origin(
    "ArcFace checkpoint", "any PyTorch iresnet50 or iresnet100 with 512 outputs", "use {source}, or leave it out"
)
