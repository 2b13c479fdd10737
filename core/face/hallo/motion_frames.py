"""How one clip continues another: the latents of its last frames become the motion frames of the next.

They are its own latents or, as in the reference, its decoded frames encoded again; the latent anchor keeps either from
drifting. Latents [F, 4, h, w].
"""

from __future__ import annotations

from torch import Tensor

from ...settings import CompatibilityFlags
from .networks import LatentCodec

ANCHOR_STRENGTH = 0.5  # how far the statistics of each clip are moved to the portrait's


def motion_frame_latents(
    latents: Tensor, frames: Tensor | None, count: int, portrait: Tensor, compatibility: CompatibilityFlags
) -> Tensor:
    """The last ``count`` latents of a clip, or ``frames`` [count, 4, h, w], its last frames encoded again. The latent
    anchor moves them towards the statistics of the portrait's latent [1, 4, h, w]."""
    last = latents[-count:] if frames is None else frames
    return anchor_latents(last, portrait) if compatibility.latent_anchor else last


def reencode(vae: LatentCodec, pixels: Tensor) -> Tensor:
    """Decoded frames [M, 3, H, W], clamped to the range of a picture -> latents [M, 4, h, w], as in the reference."""
    return vae.encode(pixels.clamp(-1, 1))


def anchor_latents(latents: Tensor, portrait: Tensor, strength: float = ANCHOR_STRENGTH) -> Tensor:
    """Each channel's mean and standard deviation over a frame, moved by ``strength`` towards those of the portrait.

    An error that every clip adds is halved at every clip, so it stays bounded instead of growing with the length.
    """
    space = (-2, -1)
    mean, deviation = latents.mean(space, keepdim=True), latents.std(space, keepdim=True)
    target_mean, target_deviation = portrait.mean(space, keepdim=True), portrait.std(space, keepdim=True)
    new_deviation = deviation + strength * (target_deviation - deviation)
    new_mean = mean + strength * (target_mean - mean)
    return (latents - mean) / deviation.clamp(min=1e-6) * new_deviation + new_mean
