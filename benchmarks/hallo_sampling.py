"""How far each way to save work leads away from 40 steps of DDIM, on the small networks of the parity tests.

    python benchmarks/hallo_sampling.py [--clips 3]

For every option: the root mean square difference of a clip's latents from those of 40-step DDIM with guidance in every
step, relative to their own root mean square, and the work of the denoising loop relative to it (counted at full size).
Noise, portrait and speech are the same for all; the figure is the mean over seeds. The networks have random weights:
the figures rank the options and say nothing about how a picture looks.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from hallo_goldens import goldens, masks
from narrating_face.benchmarks.hallo_cost_report import cost_report
from narrating_face.core.face.hallo.denoise import GuidanceBranches, denoise
from narrating_face.core.face.hallo.reference_banks import FaceTokens, motion_frame_banks, portrait_banks
from narrating_face.core.face.hallo.settings import CompatibilityFlags, DenoisingSettings, HalloSettings
from tiny_hallo import tiny_nets

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


def told() -> GuidanceBranches:
    """What the parity test of one step tells the network."""
    given, hallo, compatibility = goldens(), tiny_nets().hallo, CompatibilityFlags()
    tokens = FaceTokens(face=given["unets/in/enc"][1:], unconditional=given["unets/in/enc"][:1])
    pictures, regions = given["unets/in/ref_latents"], masks("unets")
    banks = portrait_banks(hallo.reference_net, pictures[:1], tokens, compatibility, guided=True)
    motion_frames = motion_frame_banks(hallo.reference_net, pictures[1:], tokens, compatibility, guided=True)
    located, audio = given["unets/in/face_feat"][:, :, 0], given["unets/in/audio"][0]
    net = hallo.denoising_unet
    return GuidanceBranches(
        net.conditioning(tokens.face, banks, motion_frames.conditional, audio, regions, located),
        net.conditioning(tokens.unconditional, None, motion_frames.unconditional, None, regions, None),
    )


@torch.inference_mode()
def distances(seeds: int) -> dict[str, float]:
    net, halves = tiny_nets().hallo.denoising_unet, told()
    sums = dict.fromkeys(OPTIONS, 0.0)
    for seed in range(seeds):
        noise = torch.randn(4, 4, 16, 16, generator=torch.Generator().manual_seed(seed))
        truth = denoise(net, noise, halves, TRUTH, CompatibilityFlags())
        for name, sampling in OPTIONS.items():
            found = denoise(net, noise, halves, sampling, CompatibilityFlags())
            sums[name] += ((found - truth).pow(2).mean() / truth.pow(2).mean()).sqrt().item() / seeds
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=1, help="clips of other noise that each figure is the mean of")
    found, account = distances(parser.parse_args().clips), cost_report(HalloSettings())
    whole = sum(account.step(TRUTH, index) for index in range(TRUTH.steps))
    print(f"{'option':50}{'difference':>12}{'work':>8}")
    for name, sampling in OPTIONS.items():
        work = sum(account.step(sampling, index) for index in range(sampling.steps)) / whole
        print(f"{name:50}{found[name]:>12.1%}{work:>8.1%}")


if __name__ == "__main__":
    main()
