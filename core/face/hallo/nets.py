"""The decoder's networks, and what stands at its edges behind small protocols."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from .config import HalloConfig
from .denoising_unet import DenoisingUNet
from .face_locator import FaceLocator
from .projections import AudioProjection, ImageProjection
from .reference_net import ReferenceNet
from .speech_features import SpeechFeatures


class LatentCodec(Protocol):
    """A VAE: pixels [B, 3, H, W] in -1..1 <-> scaled latents [B, 4, H / 8, W / 8]."""

    def encode(self, pixels: Tensor) -> Tensor: ...

    def decode(self, latents: Tensor) -> Tensor: ...


class FaceEmbedder(Protocol):
    """A picture [1, 3, H, W] in 0..1 and its landmarks [478, 3] -> identity [1, 512], not normalised."""

    def __call__(self, image: Tensor, landmarks: Tensor) -> Tensor: ...


class Residency(Protocol):
    """Brings a network to the device it computes on, and lets it go when memory is short."""

    def load(self, net: nn.Module) -> None: ...

    def offload(self, net: nn.Module) -> None: ...


class DeviceResidency:
    """Residency without a host program: moves weights between ``device`` and main memory."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        self._device = torch.device(device)

    def load(self, net: nn.Module) -> None:
        net.to(self._device)

    def offload(self, net: nn.Module) -> None:
        net.to("cpu")


@dataclass(frozen=True)
class HalloNets:
    """What one net.pth holds. Checkpoints trained without sound have no audio projection."""

    reference_net: ReferenceNet
    denoising_unet: DenoisingUNet
    face_locator: FaceLocator
    image_projection: ImageProjection
    audio_projection: AudioProjection | None

    @classmethod
    def build(cls, config: HalloConfig) -> HalloNets:
        """Freshly initialised networks; under ``torch.device("meta")`` only their shapes."""
        unet = config.unet
        return cls(
            ReferenceNet(unet),
            DenoisingUNet(unet),
            FaceLocator(unet.channels[0]),
            ImageProjection(config.embedding, config.face_tokens, unet.context),
            AudioProjection(config.audio) if config.audio else None,
        )

    def named(self) -> Iterator[tuple[str, nn.Module]]:
        yield "reference_net", self.reference_net
        yield "denoising_unet", self.denoising_unet
        yield "face_locator", self.face_locator
        yield "image_projection", self.image_projection
        if self.audio_projection is not None:
            yield "audio_projection", self.audio_projection

    def to(self, device: torch.device | str, dtype: torch.dtype | None = None) -> HalloNets:
        for _, net in self.named():
            net.to(device=device, dtype=dtype)
        return self


@dataclass(frozen=True)
class DecoderNets:
    """All that a video needs. Without speech features or audio projection the face moves, but not with the speech."""

    hallo: HalloNets
    vae: LatentCodec
    speech_features: SpeechFeatures | None = None
    embedder: FaceEmbedder | None = None

    @property
    def audio_conditioned(self) -> bool:
        modules = self.hallo.denoising_unet.config.audio is not None
        return modules and self.speech_features is not None and self.hallo.audio_projection is not None

    def named(self) -> dict[str, nn.Module]:
        """Every network by name; a VAE that belongs to a host program is not among them."""
        edges = {"vae": self.vae, "speech_features": self.speech_features, "face_embedder": self.embedder}
        return dict(self.hallo.named()) | {name: net for name, net in edges.items() if isinstance(net, nn.Module)}
