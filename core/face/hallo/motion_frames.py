"""How one clip continues another: the latents of its last frames become the earlier frames of the next.

Two ways to get them, and a measure against drift. Latents [F, 4, h, w].
"""

from __future__ import annotations

from torch import Tensor

from .nets import LatentCodec
from .settings import CompatibilityFlags

PULL = 0.5  # how far each clip's statistics are drawn back to the portrait's


def motion_frame_latents(
    latents: Tensor, frames: Tensor | None, count: int, portrait: Tensor, compatibility: CompatibilityFlags
) -> Tensor:
    """The last ``count`` latents of a clip, or its last frames encoded again ([count, 4, h, w], when given), drawn
    towards the statistics of the portrait's latent [1, 4, h, w]."""
    last = latents[-count:] if frames is None else frames
    return latent_anchor(last, portrait) if compatibility.latent_anchor else last


def encoded_again(vae: LatentCodec, pixels: Tensor) -> Tensor:
    """What the reference does: frames [M, 3, H, W] as decoded, cut to the range of a picture, back to latents."""
    return vae.encode(pixels.clamp(-1, 1))


def latent_anchor(latents: Tensor, portrait: Tensor, pull: float = PULL) -> Tensor:
    """Every channel's mean and spread over a frame moved part of the way to those of the portrait.

    An error that each clip adds is halved at each clip, so it stays bounded instead of growing with the length.
    """
    over = (-2, -1)
    mean, spread = latents.mean(over, keepdim=True), latents.std(over, keepdim=True)
    wanted_mean, wanted_spread = portrait.mean(over, keepdim=True), portrait.std(over, keepdim=True)
    moved_spread = spread + pull * (wanted_spread - spread)
    moved_mean = mean + pull * (wanted_mean - mean)
    return (latents - mean) / spread.clamp(min=1e-6) * moved_spread + moved_mean
