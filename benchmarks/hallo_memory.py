"""Peak memory of the full family's decoder over 5 s and 60 s of speech, each in a process of its own.

    python benchmarks/hallo_memory.py [--size 64] [--steps 1]

A tiny decoder of the real classes animates the bundled portrait with noise for speech; prints both peaks (resident
memory, whole process) and their ratio, which must stay below 1.1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
from pathlib import Path

SUPPORT = Path(__file__).resolve().parents[1] / "tests" / "support"
SHORT, LONG, LIMIT = 5.0, 60.0, 1.1


def measure(seconds: float, size: int, steps: int) -> tuple[float, int]:
    """(peak MB, frames) of one narration whose windows are thrown away as they come."""
    sys.path.insert(0, str(SUPPORT))
    import torch
    from tiny_hallo import tiny_model
    from torch.nn.functional import interpolate

    torch.set_num_threads(1)
    from narrating_face.core.bundles import Speech
    from narrating_face.core.face.hallo.settings import DenoisingSettings, HalloSettings
    from narrating_face.core.media import read_image
    from narrating_face.core.model import FaceControls
    from narrating_face.core.pipeline import animate
    from narrating_face.model_loaders import starter

    image = interpolate(read_image(starter.SAMPLES / "woman.png"), (256, 256), mode="area")
    speech = Speech(0.1 * torch.randn(1, 1, round(seconds * 16_000)), 16_000)
    controls = FaceControls(diffusion=HalloSettings(DenoisingSettings(steps, guidance=1.0), size=size))
    narration = animate(tiny_model(), image, speech, controls=controls)
    frames = sum(len(window) for window in narration.windows())
    assert frames == narration.frames
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, frames


def ratio(size: int = 64, steps: int = 1) -> float:
    """Peak of the long narration over that of the short one; prints both."""
    peaks = []
    for seconds in (SHORT, LONG):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            peak, frames = pool.apply(measure, (seconds, size, steps))
        peaks.append(peak)
        print(f"{seconds:.0f} s of speech, {frames} frames: peak {peak:.0f} MB")
    return peaks[1] / peaks[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--steps", type=int, default=1)
    options = parser.parse_args()
    found = ratio(options.size, options.steps)
    print(f"memory of the long narration over the short one: {found:.3f} (limit {LIMIT})")
    sys.exit(found > LIMIT)


if __name__ == "__main__":
    main()
