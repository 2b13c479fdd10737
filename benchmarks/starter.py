"""``narrating-face bench starter``: speed, time to the first frame, memory and size of the starter.

Every measurement runs in a process of its own, so that its peak memory and loading are its own. The portrait is the
bundled one, scaled; the model is loaded before the clock starts.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.progress import Progress, ProgressCallback, Stage
from ..core.runtime.measurement import Measurement, measurement_lines
from .process import MEBI, peak_memory_bytes, run_isolated
from .timing import timed

if TYPE_CHECKING:  # importing them is part of what is measured
    from torch import Tensor

    from ..core.model import Model

SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody in the whole village minds. "  # about 5 s
SHORT, LONG, VERY_LONG = 2, 12, 36  # sentences: 10 s, 60 s, 3 min
LARGE_SIDE = 1024
MEGA = 1e6


@dataclass(frozen=True)
class StarterCost:
    """Seconds until the model was loaded, seconds of work, seconds of speech made, and bytes of peak memory."""

    load: float
    work: float
    clip: float
    peak: float

    @property
    def work_per_second(self) -> float:
        return self.work / self.clip


def bench_starter(side: int, threads: int, progress: ProgressCallback) -> list[str]:
    """The lines of ``narrating-face bench starter`` for a square portrait of ``side`` pixels."""
    measurements: list[Measurement] = []
    sections = (_speed, _large_portrait, _first_chunk, _size)
    for done, section in enumerate(sections):
        progress(Progress(Stage.BENCHMARK, done, len(sections)))
        measurements += section(side, threads)
    progress(Progress(Stage.BENCHMARK, len(sections), len(sections)))
    return list(measurement_lines(measurements))


def _speed(side: int, threads: int) -> list[Measurement]:
    short, long = (run_isolated(time_narration, count, side, threads) for count in (SHORT, LONG))
    speech = run_isolated(time_speech, LONG, side, threads)
    narration = f"narration at {side}"
    return [
        Measurement("import and load", short.load, unit="s"),
        Measurement("speech alone, work per second", speech.work_per_second, most=0.15, unit="s"),
        Measurement(f"{narration}, 10 s, work per second", short.work_per_second, most=0.8, unit="s"),
        Measurement(f"{narration}, 60 s, work per second", long.work_per_second, most=0.8, unit="s"),
        Measurement(f"peak memory at {side}, 10 s", short.peak / MEBI, unit="MiB"),
        Measurement(f"peak memory at {side}, 60 s", long.peak / MEBI, unit="MiB"),
        Measurement("peak memory of 60 s over 10 s", long.peak / short.peak, most=1.1),
    ]


def _large_portrait(_: int, threads: int) -> list[Measurement]:
    large = run_isolated(time_narration, SHORT, LARGE_SIDE, threads)
    name = f"narration at {LARGE_SIDE}, 10 s, work per second"
    return [Measurement(name, large.work_per_second, most=1.5, unit="s")]


def _first_chunk(side: int, threads: int) -> list[Measurement]:
    first = run_isolated(time_first_chunk, VERY_LONG, side, threads)
    return [Measurement("first frame of a 3-minute narration", first.work, most=2.0, unit="s")]


def _size(_: int, __: int) -> list[Measurement]:
    from ..model_loaders.starter import WEIGHTS

    size = sum(path.stat().st_size for path in WEIGHTS.glob("*.safetensors"))
    return [Measurement("bundled weights", size / MEGA, most=30.0, unit="MB")]


def time_narration(sentences: int, side: int, threads: int) -> StarterCost:
    """A whole narration, from the tensors to the finished file."""
    inputs = _load_inputs(side, threads)
    from ..core.media import write_chunks
    from ..core.pipeline import stream

    with tempfile.TemporaryDirectory() as folder:
        chunks = stream(inputs.model, inputs.image, inputs.voice, SENTENCE * sentences)
        work, (_, clip) = timed(lambda: write_chunks(Path(folder) / "out.mp4", chunks), time.perf_counter)
    return StarterCost(inputs.load, work, clip, peak_memory_bytes())


def time_speech(sentences: int, side: int, threads: int) -> StarterCost:
    """Speech without a face, the voice profile included."""
    inputs = _load_inputs(side, threads)
    from ..core.pipeline import speak

    work, (_, speech) = timed(lambda: speak(inputs.model, inputs.voice, SENTENCE * sentences), time.perf_counter)
    return StarterCost(inputs.load, work, speech.seconds, peak_memory_bytes())


def time_first_chunk(sentences: int, side: int, threads: int) -> StarterCost:
    """The first chunk of a long narration, its portrait and voice profile included."""
    inputs = _load_inputs(side, threads)
    from ..core.pipeline import stream

    chunks = stream(inputs.model, inputs.image, inputs.voice, SENTENCE * sentences)
    work, chunk = timed(lambda: next(chunks), time.perf_counter)
    return StarterCost(inputs.load, work, len(chunk.frames) / chunk.fps, peak_memory_bytes())


@dataclass(frozen=True)
class _Inputs:
    """The model, a portrait [1, 3, side, side], a voice sample with its rate, and the seconds of import and load."""

    model: Model
    image: Tensor
    voice: tuple[Tensor, int]
    load: float


def _load_inputs(side: int, threads: int) -> _Inputs:
    load, model = timed(lambda: _load_model(threads), time.perf_counter)
    from torch.nn.functional import interpolate

    from ..core.media import read_audio, read_image
    from ..model_loaders.starter import SAMPLES

    image = interpolate(read_image(SAMPLES / "woman.png"), (side, side), mode="bicubic").clamp(0, 1)
    return _Inputs(model, image, read_audio(SAMPLES / "reader.wav"), load)


def _load_model(threads: int) -> Model:
    import torch

    torch.set_num_threads(threads)
    from ..model_loaders import starter

    return starter.load()
