"""One clip from noise to clean latents: the loop over steps, with guidance.

The two halves run one after the other, which needs half the memory of a batch of both; where guidance is off only the
conditional half runs. Latents [F, 4, h, w].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from .conditions import Conditions
from .denoising_unet import DenoisingUNet
from .samplers import DDIM, SAMPLERS, Sampler
from .settings import Fixes, Sampling

OnStep = Callable[[int, Tensor], None]  # (steps done, latent)


@dataclass(frozen=True)
class Halves:
    """What each half of the guidance is told; the unconditional one is missing where nothing is guided."""

    conditional: Conditions
    unconditional: Conditions | None


def make_sampler(sampling: Sampling, fixes: Fixes) -> Sampler:
    if sampling.sampler == "ddim":
        return DDIM(sampling.steps, joined=fixes.joined_steps)
    return SAMPLERS[sampling.sampler](sampling.steps)


def denoise(
    net: DenoisingUNet, noise: Tensor, halves: Halves, sampling: Sampling, fixes: Fixes, on_step: OnStep | None = None
) -> Tensor:
    """The clean latents of a clip."""
    sampler, latent = make_sampler(sampling, fixes), noise
    conditional, unconditional = Branch(net), Branch(net)
    for index, timestep in enumerate(sampler.timesteps):
        whole = sampling.is_whole(index)
        velocity = conditional(latent, timestep, halves.conditional, whole)
        if halves.unconditional is not None and sampling.is_guided(index):
            plain = unconditional(latent, timestep, halves.unconditional, whole)
            velocity = plain + sampling.guidance * (velocity - plain)
        latent = sampler.step(index, latent, velocity)
        if on_step is not None:
            on_step(index + 1, latent)
    return latent


class Branch:
    """One half over the steps; remembers its deep features for steps that reuse them."""

    def __init__(self, net: DenoisingUNet) -> None:
        self._net = net
        self._deep: Tensor | None = None

    def __call__(self, latent: Tensor, timestep: int, conditions: Conditions, whole: bool) -> Tensor:
        velocity, self._deep = self._net(latent, timestep, conditions, None if whole else self._deep)
        return velocity
