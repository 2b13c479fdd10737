"""One clip from noise to clean latents: the loop over steps, with classifier-free guidance.

The two branches run one after the other, which needs half the memory of a batch of both; where guidance is off only
the conditional branch runs. Latents [F, 4, h, w].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from ...settings import CompatibilityFlags, DenoisingSettings
from .conditioning import Conditioning
from .denoising_unet import DenoisingUNet
from .samplers import DDIM, SAMPLERS, Sampler


@dataclass(frozen=True)
class GuidanceBranches:
    """The conditioning of each guidance branch; the unconditional one is missing without guidance."""

    conditional: Conditioning
    unconditional: Conditioning | None


def make_sampler(settings: DenoisingSettings, compatibility: CompatibilityFlags) -> Sampler:
    if settings.sampler == "ddim":
        return DDIM(settings.steps, aligned=compatibility.aligned_timesteps)
    return SAMPLERS[settings.sampler](settings.steps)


def denoise(
    net: DenoisingUNet,
    noise: Tensor,
    branches: GuidanceBranches,
    settings: DenoisingSettings,
    compatibility: CompatibilityFlags,
) -> Iterator[Tensor]:
    """The latents [F, 4, h, w] after each step; the last ones are the clean latents of the clip."""
    sampler, latents = make_sampler(settings, compatibility), noise
    conditional, unconditional = GuidanceBranch(net), GuidanceBranch(net)
    for index, timestep in enumerate(sampler.timesteps):
        full = settings.is_full(index)
        velocity = conditional(latents, timestep, branches.conditional, full)
        if branches.unconditional is not None and settings.is_guided(index):
            plain = unconditional(latents, timestep, branches.unconditional, full)
            velocity = plain + settings.guidance * (velocity - plain)
        latents = sampler.step(index, latents, velocity)
        yield latents


class GuidanceBranch:
    """One guidance branch over the steps; caches its deep features for the steps that reuse them."""

    def __init__(self, net: DenoisingUNet) -> None:
        self._net = net
        self._deep: Tensor | None = None

    def __call__(self, latent: Tensor, timestep: int, conditioning: Conditioning, full: bool) -> Tensor:
        velocity, self._deep = self._net(latent, timestep, conditioning, None if full else self._deep)
        return velocity
