"""Hallo's networks: those of its checkpoint, and the VAE, speech features and face embedder that they work with."""

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
    """A picture [1, 3, H, W] in 0..1 and its landmarks [478, 3] -> face embedding [1, 512], not normalised."""

    def __call__(self, image: Tensor, landmarks: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class HalloNets:
    """The networks of Hallo's net.pth. Checkpoints trained without audio have no audio projection."""

    reference_net: ReferenceNet
    denoising_unet: DenoisingUNet
    face_locator: FaceLocator
    image_projection: ImageProjection
    audio_projection: AudioProjection | None

    @classmethod
    def build(cls, config: HalloConfig) -> HalloNets:
        """Freshly initialised networks; under ``torch.device("meta")`` they have shapes but no weights."""
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
    """Every network of the decoder. Without speech features or audio projection the face does not follow the speech."""

    hallo: HalloNets
    vae: LatentCodec
    speech_features: SpeechFeatures | None = None
    embedder: FaceEmbedder | None = None

    @property
    def audio_conditioned(self) -> bool:
        """Whether the face can move with the speech."""
        has_audio_modules = self.hallo.denoising_unet.config.audio is not None
        return has_audio_modules and self.speech_features is not None and self.hallo.audio_projection is not None

    def named(self) -> dict[str, nn.Module]:
        """Every network by name, except a VAE that a host program owns."""
        others = {"vae": self.vae, "speech_features": self.speech_features, "face_embedder": self.embedder}
        return dict(self.hallo.named()) | {name: net for name, net in others.items() if isinstance(net, nn.Module)}
