"""``narrating-face bench hallo-memory``: peak memory of Hallo's decoder over 5 s and 60 s of speech.

A tiny decoder of the real classes animates the bundled portrait with noise for speech, each length in a process of its
own; the peaks are those of the whole process, and their ratio must stay below 1.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.progress import Progress, ProgressCallback, Stage
from ..core.runtime.measurement import Measurement, measurement_lines
from .process import MEBI, peak_memory_bytes, run_isolated

SHORT, LONG = 5.0, 60.0  # seconds
MAX_RATIO = 1.1


@dataclass(frozen=True)
class AnimationPeak:
    """Frames that were rendered, and bytes of peak memory."""

    frames: int
    peak: float


def bench_hallo_memory(size: int, steps: int, progress: ProgressCallback) -> list[str]:
    """The lines of ``narrating-face bench hallo-memory`` for frames of ``size`` x ``size``."""
    peaks = []
    for done, seconds in enumerate((SHORT, LONG)):
        progress(Progress(Stage.BENCHMARK, done, 2))
        peaks.append(run_isolated(animation_peak, seconds, size, steps))
    progress(Progress(Stage.BENCHMARK, 2, 2))
    short, long = peaks
    measurements = [
        Measurement(f"peak memory, {SHORT:g} s ({short.frames} frames)", short.peak / MEBI, unit="MiB"),
        Measurement(f"peak memory, {LONG:g} s ({long.frames} frames)", long.peak / MEBI, unit="MiB"),
        Measurement(f"peak memory of {LONG:g} s over {SHORT:g} s", long.peak / short.peak, most=MAX_RATIO),
    ]
    return list(measurement_lines(measurements))


def animation_peak(seconds: float, size: int, steps: int) -> AnimationPeak:
    """Animate the bundled portrait with noise and throw the frames away chunk by chunk."""
    import torch
    from torch.nn.functional import interpolate

    torch.set_num_threads(1)
    from ..core.bundles import Speech
    from ..core.families.hallo.controls import HalloControls
    from ..core.families.hallo.face import HalloFace
    from ..core.media import read_image
    from ..core.model import Model
    from ..core.pipeline import animate
    from ..core.settings import DenoisingSettings, HalloSettings
    from ..model_loaders.face_landmarks import load_face_landmarker
    from ..model_loaders.starter import SAMPLES, WEIGHTS
    from .tiny_hallo import tiny_nets

    image = interpolate(read_image(SAMPLES / "woman.png"), (256, 256), mode="area")
    noise = torch.randn(1, 1, round(seconds * 16_000), generator=torch.Generator().manual_seed(0))
    model = Model(face=HalloFace(tiny_nets(), load_face_landmarker(WEIGHTS / "face_landmarks.safetensors")))
    controls = HalloControls(rendering=HalloSettings(DenoisingSettings(steps, guidance=1.0), size=size))
    narration = animate(model, image, Speech(0.1 * noise, 16_000), controls=controls)
    frames = sum(len(chunk) for chunk in narration.chunks())
    return AnimationPeak(frames, peak_memory_bytes())
