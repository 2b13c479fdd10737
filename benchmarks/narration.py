"""Seconds and peak memory of whole narrations, each in a process of its own.

    python benchmarks/narration.py [--side 512] [--threads 2]

Prints, for a 10-s and a 60-s narration of the bundled portrait (scaled to SIDE x SIDE): seconds of work by stage, their
ratio to the clip's length, and peak resident memory; then the ratio of both memories.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody in the whole village minds. "  # about 5 s


def measure(repeats: int, side: int, threads: int) -> dict[str, float]:
    """One narration, from the import of the pack to the finished file."""
    started = time.perf_counter()
    import torch
    from torch.nn.functional import interpolate

    torch.set_num_threads(threads)
    from narrating_face.core.media import read_audio, read_image, write_video
    from narrating_face.core.narrate import narrate
    from narrating_face.model_loaders import starter

    model = starter.load()
    loaded = time.perf_counter()
    image = interpolate(read_image(starter.SAMPLES / "woman.png"), (side, side), mode="area")
    narration = narrate(model, image, read_audio(starter.SAMPLES / "reader.wav"), SENTENCE * repeats)
    spoken = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_video(Path(folder) / "out.mp4", narration.windows(), narration.fps, narration.speech)
    done = time.perf_counter()
    return {
        "clip": narration.speech.seconds,
        "load": loaded - started,
        "speak": spoken - loaded,
        "film": done - spoken,
        "all": done - started,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    peaks = []
    for repeats in (2, 12):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            figures = pool.apply(measure, (repeats, options.side, options.threads))
        peaks.append(figures["peak_mb"])
        stages = ", ".join(f"{name} {figures[name]:.1f} s" for name in ("load", "speak", "film", "all"))
        ratio = figures["all"] / figures["clip"]
        print(f"{figures['clip']:.1f} s clip at {options.side}: {stages} ({ratio:.2f} of real time)", end="")
        print(f", peak {figures['peak_mb']:.0f} MB")
    print(f"memory of the long clip over the short one: {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
