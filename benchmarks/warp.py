"""``narrating-face bench warp``: speed and peak memory of the starter's renderer, each size in its own process.

The bundled portrait is scaled to SIDE x SIDE, and every channel of the motion moves. The clip is rendered once, and in
another process at ten times its length: the peak memory must be the same.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.progress import Progress, ProgressCallback, Stage
from ..core.runtime.measurement import Measurement, measurement_lines
from ..core.timing import FPS
from .process import MEBI, peak_memory_bytes, run_isolated

CHUNK = 16  # frames
LONGER = 10


@dataclass(frozen=True)
class RenderingCost:
    """Seconds spent once for a portrait, wall and processor seconds for each frame, and bytes of peak memory."""

    prepare: float
    wall: float
    cpu: float
    peak: float


def bench_warp(sides: Sequence[int], frames: int, threads: int, progress: ProgressCallback) -> list[str]:
    """The lines of ``narrating-face bench warp`` for square portraits of ``sides`` pixels."""
    measurements: list[Measurement] = []
    for done, side in enumerate(sides):
        progress(Progress(Stage.BENCHMARK, done, len(sides)))
        short = run_isolated(time_rendering, side, frames, threads)
        long = run_isolated(time_rendering, side, LONGER * frames, threads)
        measurements += [
            Measurement(f"{side}: preparation of a portrait", short.prepare, unit="s"),
            Measurement(f"{side}: a frame, wall", 1000 * short.wall, unit="ms"),
            Measurement(f"{side}: a frame, processor", 1000 * short.cpu, unit="ms"),
            Measurement(f"{side}: work per second of video at {FPS:g} fps", FPS * short.wall, unit="s"),
            Measurement(f"{side}: peak memory", short.peak / MEBI, unit="MiB"),
            Measurement(f"{side}: peak memory at {LONGER} times the length", long.peak / short.peak, most=1.1),
        ]
    progress(Progress(Stage.BENCHMARK, len(sides), len(sides)))
    return list(measurement_lines(measurements))


def time_rendering(side: int, frames: int, threads: int) -> RenderingCost:
    """Render ``frames`` frames chunk by chunk and throw them away."""
    import torch
    from torch.nn.functional import interpolate

    torch.set_num_threads(threads)
    from ..core.face.portrait import analyze_portrait
    from ..core.face.warp import WarpDecoder
    from ..core.media import read_image
    from ..core.motion_channels import CHANNELS
    from ..model_loaders import starter
    from ..model_loaders.face_landmarks import load_face_landmarker

    image = interpolate(read_image(starter.SAMPLES / "woman.png"), (side, side), mode="bicubic").clamp(0, 1)
    landmarker = load_face_landmarker(starter.WEIGHTS / "face_landmarks.safetensors")
    portrait = analyze_portrait(image, landmarker, lambda _: torch.zeros(1, 1, 512))
    phases = 2 * torch.pi * torch.arange(frames)[:, None] / FPS * (1 + 0.1 * torch.arange(len(CHANNELS)))
    motion = 0.15 + 0.15 * torch.sin(phases)  # [F, M]
    started = time.perf_counter()
    decoder = WarpDecoder(portrait)
    decoder.render(motion[:2])
    prepared, cpu = time.perf_counter(), time.process_time()
    for start in range(0, frames, CHUNK):
        decoder.render(motion[start : start + CHUNK])
    wall, cpu = time.perf_counter() - prepared, time.process_time() - cpu
    return RenderingCost(prepared - started, wall / frames, cpu / frames, peak_memory_bytes())
