"""What ``narrating-face bench starter`` measures: speed, time to the first frame, memory and size.

Every measurement runs in a process of its own, so that peak memory and loading are its own; the portrait is the
bundled one, scaled, and the model is loaded before the clock starts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from ..cli.progress_bar import Progress
from ..core.runtime.measurement import Measurement, table
from .command import apart

SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody in the whole village minds. "  # about 5 s
SHORT, LONG, VERY_LONG = 2, 12, 36  # sentences: 10 s, 60 s, 3 min
LARGE = 1024


def bench_starter(asked: Namespace, progress: Progress) -> list[str]:
    """The lines of ``narrating-face bench starter``."""
    measurements: list[Measurement] = []
    for index, measure in enumerate((_speed, _large, _first_frame, _size), 1):
        measurements += measure(asked.side, asked.threads)
        progress("bench", index, 4)
    return list(table(measurements))


def _speed(side: int, threads: int) -> list[Measurement]:
    short, long = (apart(film, count, side, threads) for count in (SHORT, LONG))
    spoken = apart(talk, LONG, side, threads)
    return [
        Measurement("import and load", short["load"], unit="s"),
        Measurement("speech alone, work per second", spoken["work"] / spoken["clip"], most=0.15, unit="s"),
        Measurement(f"narration at {side}, 10 s, work per second", short["work"] / short["clip"], most=0.8, unit="s"),
        Measurement(f"narration at {side}, 60 s, work per second", long["work"] / long["clip"], most=0.8, unit="s"),
        Measurement(f"peak memory at {side}, 10 s", short["peak"], unit="MB"),
        Measurement(f"peak memory at {side}, 60 s", long["peak"], unit="MB"),
        Measurement("peak memory of 60 s over 10 s", long["peak"] / short["peak"], most=1.1),
    ]


def _large(_: int, threads: int) -> list[Measurement]:
    large = apart(film, SHORT, LARGE, threads)
    return [
        Measurement(f"narration at {LARGE}, 10 s, work per second", large["work"] / large["clip"], most=1.5, unit="s")
    ]


def _first_frame(side: int, threads: int) -> list[Measurement]:
    first = apart(begin, VERY_LONG, side, threads)
    return [Measurement("first frame of a 3-minute narration", first["work"], most=2.0, unit="s")]


def _size(_: int, __: int) -> list[Measurement]:
    from ..model_loaders.starter import WEIGHTS

    size = sum(path.stat().st_size for path in WEIGHTS.glob("*.safetensors"))
    return [Measurement("bundled weights", size / 1e6, most=30.0, unit="MB")]


def film(sentences: int, side: int, threads: int) -> dict[str, float]:
    """A whole narration, from the tensors to the finished file."""
    model, image, voice, load = _prepared(side, threads)
    from ..core.media import write_pieces
    from ..core.pipeline import stream

    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        pieces = stream(model, image, voice, SENTENCE * sentences)
        _, clip = write_pieces(Path(folder) / "out.mp4", pieces)
    return {"load": load, "work": time.perf_counter() - started, "clip": clip, "peak": peak_megabytes()}


def talk(sentences: int, side: int, threads: int) -> dict[str, float]:
    """Speech alone, the voice profile included."""
    model, _, voice, _ = _prepared(side, threads)
    from ..core.pipeline import speak

    started = time.perf_counter()
    _, speech = speak(model, voice, SENTENCE * sentences)
    return {"work": time.perf_counter() - started, "clip": speech.seconds}


def begin(sentences: int, side: int, threads: int) -> dict[str, float]:
    """The first piece of a long narration, its portrait and voice profile included."""
    model, image, voice, _ = _prepared(side, threads)
    from ..core.pipeline import stream

    started = time.perf_counter()
    next(stream(model, image, voice, SENTENCE * sentences))
    return {"work": time.perf_counter() - started}


def _prepared(side: int, threads: int) -> tuple[Any, Any, Any, float]:
    """(model, image, voice, seconds from the first import to the loaded model)."""
    started = time.perf_counter()
    import torch
    from torch.nn.functional import interpolate

    torch.set_num_threads(threads)
    from ..core.media import read_audio, read_image
    from ..model_loaders import starter

    model = starter.load()
    loaded = time.perf_counter() - started
    image = interpolate(read_image(starter.SAMPLES / "woman.png"), (side, side), mode="bicubic").clamp(0, 1)
    return model, image, read_audio(starter.SAMPLES / "reader.wav"), loaded


def peak_megabytes() -> float:
    """Largest resident memory of this process so far (kilobytes on Linux, bytes on macOS; NaN on Windows)."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
