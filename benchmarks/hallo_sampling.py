"""``narrating-face bench hallo-sampling``: how far each cheaper way to denoise leads away from 40 steps of DDIM.

For every option: the root mean square difference of a clip's latents from those of 40-step DDIM with guidance in every
step, relative to their own root mean square, and the work of the denoising loop relative to it (counted at full size).
Noise, portrait and speech are the same for all; the difference is the mean over seeds of the noise. The networks are
tiny and random: the numbers rank the options and say nothing about how a picture looks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from ..core.face.hallo.denoise import GuidanceBranches, denoise
from ..core.face.hallo.hierarchical_masks import region_masks
from ..core.face.hallo.networks import HalloNets
from ..core.face.hallo.reference_banks import FaceTokens, motion_frame_banks, portrait_banks
from ..core.progress import Progress, ProgressCallback, Stage
from ..core.runtime.table import format_table
from ..core.settings import CompatibilityFlags, DenoisingSettings, HalloSettings
from .hallo_cost_report import cost_report
from .tiny_hallo import AUDIO, UNET, tiny_nets

TRUTH = DenoisingSettings(40, "ddim")
OPTIONS = {
    "multistep, 40 steps": DenoisingSettings(40),
    "ddim, 20 steps": DenoisingSettings(20, "ddim"),
    "ddim, 10 steps": DenoisingSettings(10, "ddim"),
    "multistep, 12 steps": DenoisingSettings(12),
    "multistep, 10 steps (the default)": DenoisingSettings(10),
    "multistep, 8 steps": DenoisingSettings(8),
    "multistep, 10 steps, guided up to 60 %": DenoisingSettings(10, guided=(0.0, 0.6)),
    "multistep, 10 steps, guided from 20 % to 80 %": DenoisingSettings(10, guided=(0.2, 0.8)),
    "multistep, 10 steps, deeper levels every 2nd": DenoisingSettings(10, cache_interval=2),
    "multistep, 10 steps, deeper levels every 3rd": DenoisingSettings(10, cache_interval=3),
    "multistep, 10 steps, up to 60 %, every 2nd": DenoisingSettings(10, guided=(0.0, 0.6), cache_interval=2),
    "ddim, 40 steps, guided up to 60 %": DenoisingSettings(40, "ddim", guided=(0.0, 0.6)),
    "ddim, 40 steps, deeper levels every 2nd": DenoisingSettings(40, "ddim", cache_interval=2),
}
FRAMES, SIDE, MOTION_FRAMES = 4, 16, 2
LOCATED_SCALE = 0.17  # deviation of the face locator's features


def bench_hallo_sampling(clips: int, progress: ProgressCallback) -> list[str]:
    """The lines of ``narrating-face bench hallo-sampling``: means over ``clips`` clips of different noise."""
    sums = dict.fromkeys(OPTIONS, 0.0)
    for seed in range(clips):
        progress(Progress(Stage.BENCHMARK, seed, clips))
        for name, difference in relative_differences(OPTIONS, TRUTH, seed).items():
            sums[name] += difference / clips
    progress(Progress(Stage.BENCHMARK, clips, clips))
    report = cost_report(HalloSettings())
    work = report.denoising_flops(TRUTH)
    rows = [
        (name, f"{sums[name]:.1%}", f"{report.denoising_flops(denoising) / work:.1%}")
        for name, denoising in OPTIONS.items()
    ]
    return list(format_table(("option", "difference", "work"), rows, "lrr"))


@torch.inference_mode()
def relative_differences(
    options: Mapping[str, DenoisingSettings], truth: DenoisingSettings, seed: int
) -> dict[str, float]:
    """Each option's difference from the latents of ``truth`` on the noise of ``seed``."""
    hallo = tiny_nets().hallo
    net, branches, compatibility = hallo.denoising_unet, guidance_branches(hallo), CompatibilityFlags()
    noise = torch.randn(FRAMES, 4, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))
    *_, expected = denoise(net, noise, branches, truth, compatibility)
    differences = {}
    for name, denoising in options.items():
        *_, found = denoise(net, noise, branches, denoising, compatibility)
        differences[name] = ((found - expected).square().mean() / expected.square().mean()).sqrt().item()
    return differences


@torch.inference_mode()
def guidance_branches(hallo: HalloNets) -> GuidanceBranches:
    """The conditioning of both branches by a random portrait, its motion frames and random speech."""
    generator, compatibility = torch.Generator().manual_seed(0), CompatibilityFlags()

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    tokens = FaceTokens(face=random(1, 4, UNET.context), unconditional=random(1, 4, UNET.context))
    portrait, before = random(1, 4, SIDE, SIDE), random(MOTION_FRAMES, 4, SIDE, SIDE)
    banks = portrait_banks(hallo.reference_net, portrait, tokens, compatibility, guided=True)
    motion_frames = motion_frame_banks(hallo.reference_net, before, tokens, compatibility, guided=True)
    audio, located = random(FRAMES, AUDIO.tokens, AUDIO.width), LOCATED_SCALE * random(1, UNET.channels[0], SIDE, SIDE)
    regions = region_masks(_box(24, 104), _box(72, 92), [(SIDE >> level, SIDE >> level) for level in range(4)])
    net = hallo.denoising_unet
    return GuidanceBranches(
        net.conditioning(tokens.face, banks, motion_frames.conditional, audio, regions, located),
        net.conditioning(tokens.unconditional, None, motion_frames.unconditional, None, regions, None),
    )


def _box(first: int, last: int) -> np.ndarray:
    """A filled square as a mask [H, W]."""
    mask = np.zeros((8 * SIDE, 8 * SIDE), np.uint8)
    mask[first:last, first:last] = 255
    return mask
