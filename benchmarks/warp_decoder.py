"""Milliseconds a frame and peak memory of the reference-net video decoder, each size in a process of its own.

    python benchmarks/warp_decoder.py [--sides 512 1024] [--frames 100] [--threads 1]

The bundled portrait is scaled to SIDE x SIDE; every channel of the motion moves. ``wall`` and ``cpu`` are milliseconds
a frame, ``prepare`` the seconds spent once a portrait; the last line of a size is the peak memory at ten times the
frames over that at the first.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    prepare: float
    wall: float
    cpu: float
    peak_mb: float


def measure(side: int, frames: int, threads: int) -> Cost:
    """Render ``frames`` frames in windows and throw them away."""
    import torch
    from torch.nn.functional import interpolate

    torch.set_num_threads(threads)
    from narrating_face.core.face.portrait import analyze_portrait
    from narrating_face.core.face.warp import WarpDecoder
    from narrating_face.core.media import read_image
    from narrating_face.core.motion_channels import CHANNELS
    from narrating_face.model_loaders import starter
    from narrating_face.model_loaders.face_landmarks import load_face_landmarker

    picture = interpolate(read_image(starter.SAMPLES / "woman.png"), (side, side), mode="bicubic").clamp(0, 1)
    landmarker = load_face_landmarker(starter.WEIGHTS / "face_landmarks.safetensors")
    portrait = analyze_portrait(picture, landmarker, lambda crop, points, shapes: torch.zeros(1, 1, 512))
    phases = 2 * torch.pi * torch.arange(frames)[:, None] / 25 * (1 + 0.1 * torch.arange(len(CHANNELS)))
    motion = 0.15 + 0.15 * torch.sin(phases)
    started = time.perf_counter()
    decoder = WarpDecoder(portrait)
    decoder.render(motion[:2])
    prepared, cpu = time.perf_counter(), time.process_time()
    for start in range(0, frames, 16):
        decoder.render(motion[start : start + 16])
    wall, cpu = time.perf_counter() - prepared, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(prepared - started, 1000 * wall / frames, 1000 * cpu / frames, peak)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", type=int, nargs="+", default=[512, 1024])
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    for side in arguments.sides:
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            short = pool.apply(measure, (side, arguments.frames, arguments.threads))
            long = pool.apply(measure, (side, 10 * arguments.frames, arguments.threads))
        print(
            f"{side} x {side}: prepare {short.prepare:.2f} s, {short.wall:.1f} ms wall, {short.cpu:.1f} ms cpu a frame "
            f"({short.wall / 40:.2f} of real time at 25 fps), peak {short.peak_mb:.0f} MB"
        )
        print(f"{side} x {side}: peak at ten times the length {long.peak_mb / short.peak_mb:.3f} of that")


if __name__ == "__main__":
    main()
