"""One clip from noise to clean latents: the loop over steps, with guidance.

The two halves run one after the other, which needs half the memory of a batch of both; where guidance is off only the
conditional half runs. Latents [F, 4, h, w].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from .conditioning import Conditioning
from .denoising_unet import DenoisingUNet
from .samplers import DDIM, SAMPLERS, Sampler
from .settings import CompatibilityFlags, DenoisingSettings

OnStep = Callable[[int, Tensor], None]  # (steps done, latent)


@dataclass(frozen=True)
class GuidanceBranches:
    """What each half of the guidance is told; the unconditional one is missing where nothing is guided."""

    conditional: Conditioning
    unconditional: Conditioning | None


def make_sampler(sampling: DenoisingSettings, compatibility: CompatibilityFlags) -> Sampler:
    if sampling.sampler == "ddim":
        return DDIM(sampling.steps, joined=compatibility.aligned_timesteps)
    return SAMPLERS[sampling.sampler](sampling.steps)


def denoise(
    net: DenoisingUNet,
    noise: Tensor,
    branches: GuidanceBranches,
    sampling: DenoisingSettings,
    compatibility: CompatibilityFlags,
    on_step: OnStep | None = None,
) -> Tensor:
    """The clean latents of a clip."""
    sampler, latent = make_sampler(sampling, compatibility), noise
    conditional, unconditional = GuidanceBranch(net), GuidanceBranch(net)
    for index, timestep in enumerate(sampler.timesteps):
        whole = sampling.is_whole(index)
        velocity = conditional(latent, timestep, branches.conditional, whole)
        if branches.unconditional is not None and sampling.is_guided(index):
            plain = unconditional(latent, timestep, branches.unconditional, whole)
            velocity = plain + sampling.guidance * (velocity - plain)
        latent = sampler.step(index, latent, velocity)
        if on_step is not None:
            on_step(index + 1, latent)
    return latent


class GuidanceBranch:
    """One half over the steps; remembers its deep features for steps that reuse them."""

    def __init__(self, net: DenoisingUNet) -> None:
        self._net = net
        self._deep: Tensor | None = None

    def __call__(self, latent: Tensor, timestep: int, conditioning: Conditioning, whole: bool) -> Tensor:
        velocity, self._deep = self._net(latent, timestep, conditioning, None if whole else self._deep)
        return velocity
