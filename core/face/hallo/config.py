"""Sizes of the networks; the defaults are those of the published checkpoints (widths of Stable Diffusion 1.5)."""

from __future__ import annotations

from dataclasses import dataclass

LATENT_SCALE = 0.18215  # factor of the VAE's latents that makes their standard deviation about one


@dataclass(frozen=True)
class UNetConfig:
    """``channels`` of the four levels, each of half the resolution of the one above; the lowest has no transformers."""

    channels: tuple[int, ...] = (320, 640, 1280, 1280)
    layers: int = 2
    heads: int = 8
    context: int = 768  # width of the face tokens
    audio: int | None = 768  # width of the audio tokens; None for no audio modules
    groups: int = 32
    latent: int = 4

    def has_transformers(self, level: int) -> bool:
        return level < len(self.channels) - 1


@dataclass(frozen=True)
class VAEConfig:
    """``channels`` of the four levels, finest first."""

    channels: tuple[int, ...] = (128, 256, 512, 512)
    layers: int = 2
    latent: int = 4
    groups: int = 32


@dataclass(frozen=True)
class AudioProjectionConfig:
    """``inputs`` = frames x layers x features of a context window become ``tokens`` of ``width``."""

    inputs: int = 5 * 12 * 768
    hidden: int = 512
    tokens: int = 32
    width: int = 768


@dataclass(frozen=True)
class HalloConfig:
    """All networks of the decoder."""

    unet: UNetConfig = UNetConfig()
    audio: AudioProjectionConfig | None = AudioProjectionConfig()
    face_tokens: int = 4
    embedding: int = 512
