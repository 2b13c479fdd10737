"""ComfyUI at the edges of the diffusion decoder: its memory management, its free memory, its VAE."""

from __future__ import annotations

from typing import cast

import comfy.model_management as management
import torch
from torch import Tensor, nn

from ...core.face.hallo.config import LATENT_SCALE
from .memory import LoadedModel


class ManagedResidency:
    """Networks come and go through ComfyUI's own lists, so that it always knows what lies where."""

    def __init__(self) -> None:
        self.model: LoadedModel | None = None

    def load(self, net: nn.Module) -> None:
        """All networks of the model at once: loading only one could unload another."""
        if self.model is not None:
            management.load_models_gpu(list(self.model.patchers))

    def offload(self, net: nn.Module) -> None:
        for loaded in list(management.current_loaded_models):
            patcher = loaded.model
            if patcher is not None and patcher.model is net and patcher.load_device != patcher.offload_device:
                loaded.model_unload()
                management.current_loaded_models.remove(loaded)
        management.soft_empty_cache()


def free_memory() -> int | None:
    """Bytes free on the compute device; on a CPU nothing is gained by haste."""
    device = management.get_torch_device()
    return None if device.type == "cpu" else cast(int, management.get_free_memory(device))


def room(model: LoadedModel | None) -> int | None:
    """Free bytes, with those that the model's own networks take already."""
    free = free_memory()
    if free is None or model is None:
        return free
    return free + sum(patcher.loaded_size() for patcher in model.patchers)


def compute_type() -> torch.dtype:
    """What the UNets compute in on this machine."""
    device = management.get_torch_device()
    if management.should_use_fp16(device):
        return torch.float16
    return torch.bfloat16 if management.should_use_bf16(device) else torch.float32


class WiredVAE:
    """A VAE from ComfyUI's socket as the decoder's codec: channels first, -1..1, scaled latents."""

    def __init__(self, vae) -> None:
        self._vae = vae

    def encode(self, pixels: Tensor) -> Tensor:
        images = (pixels.permute(0, 2, 3, 1) + 1) / 2  # [B, H, W, 3] in 0..1
        return self._vae.encode(images).to(pixels.device) * LATENT_SCALE

    def decode(self, latents: Tensor) -> Tensor:
        images = self._vae.decode(latents / LATENT_SCALE).to(latents.device)  # [B, H, W, 3] in 0..1
        return 2 * images.permute(0, 3, 1, 2) - 1
