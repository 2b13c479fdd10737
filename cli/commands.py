"""What each command of ``narrating-face`` does: read files, call the pipeline, write files.

Every command takes the parsed arguments and the progress bar, and returns the lines to print.
"""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from .. import model_loaders
from ..core.bundles import (
    MediaChunk,
    Narration,
    Speech,
    SpeechChunk,
    VoiceProfile,
)
from ..core.media import (
    read_audio,
    read_image,
    write_chunks,
    write_sound,
    write_video,
)
from ..core.model import Model
from ..core.pipeline import (
    Voice,
    animate,
    stream,
    stream_speech,
)
from ..core.progress import Progress, Stage
from ..core.settings import SAMPLING_PRESETS
from ..core.voice.profiles import load_profile
from ..model_loaders import starter, xtts
from .info import info_lines, table_lines
from .model_options import face_controls, load_chosen
from .progress_bar import ProgressBar

Chunk = TypeVar("Chunk", MediaChunk, SpeechChunk)


def run_narrate(options: Namespace, progress: ProgressBar) -> list[str]:
    started = time.monotonic()
    image, voice = read_image(options.portrait), read_voice(options.voice)
    model = load(options, progress)
    voice = save_voice(model, voice, options.save_voice)
    chunks = stream(
        model,
        image,
        voice,
        options.text,
        fps=options.fps,
        controls=face_controls(options),
        **speaking(options),
        progress=progress,
    )
    frames, seconds = write_chunks(options.out, with_notes(chunks, progress))
    return [describe(options.out, frames, options.fps, seconds, time.monotonic() - started)]


def run_animate(options: Namespace, progress: ProgressBar) -> list[str]:
    started = time.monotonic()
    image, (waveform, rate) = read_image(options.portrait), read_audio(options.speech)
    narration = animate(
        load(options, progress),
        image,
        Speech(waveform.mean(1, keepdim=True), rate),
        encoder=options.encoder,
        fps=options.fps,
        controls=face_controls(options),
        progress=progress,
    )
    write_narration(options.out, narration, progress)
    seconds = narration.speech.seconds
    return [describe(options.out, narration.frame_count, options.fps, seconds, time.monotonic() - started)]


def run_speak(options: Namespace, progress: ProgressBar) -> list[str]:
    voice = read_voice(options.voice)
    model = load(options, progress)
    voice = save_voice(model, voice, options.save_voice)
    chunks = stream_speech(model, voice, options.text, seed=options.seed, **speaking(options), progress=progress)
    seconds, rate = write_sound(options.out, with_notes(chunks, progress))
    return [f"{options.out}: {seconds:.2f} s at {rate} Hz"]


def speaking(options: Namespace) -> dict[str, Any]:
    """The pipeline's arguments that say how a text is spoken."""
    return {
        "encoder": options.encoder,
        "speed": options.speed,
        "language": options.language,
        "sampling": SAMPLING_PRESETS[options.sampling],
    }


def run_convert(options: Namespace, progress: ProgressBar) -> list[str]:
    progress(Progress(Stage.CONVERT, 0, 1))
    count = xtts.convert_checkpoint(options.source, options.out)
    progress(Progress(Stage.CONVERT, 1, 1))
    return [f"{options.out}: {count} tensors"]


def run_bench(options: Namespace, progress: ProgressBar) -> list[str]:
    from ..benchmarks import command  # nothing else needs it

    return command.run_benchmark(options, progress)


def run_table(_: Namespace, progress: ProgressBar) -> list[str]:
    return list(table_lines())


def run_info(_: Namespace, progress: ProgressBar) -> list[str]:
    return list(info_lines(starter.load(), Path(model_loaders.__path__[0])))


def run_evaluate(options: Namespace, progress: ProgressBar) -> list[str]:
    from ..research.evaluation.starter import evaluate_starter  # nothing else needs it

    return evaluate_starter(options, progress)


COMMANDS = {
    "narrate": run_narrate,
    "animate": run_animate,
    "speak": run_speak,
    "convert": run_convert,
    "bench": run_bench,
    "table": run_table,
    "info": run_info,
    "evaluate": run_evaluate,
}


def load(options: Namespace, progress: ProgressBar) -> Model:
    progress(Progress(Stage.LOAD, 0, 1))
    model = load_chosen(options)
    progress(Progress(Stage.LOAD, 1, 1))
    return model


def read_voice(path: Path) -> Voice:
    """A recording, or a saved profile."""
    return load_profile(path) if path.suffix.lower() == ".safetensors" else read_audio(path)


def save_voice(model: Model, voice: Voice, path: Path | None) -> Voice:
    """Make the profile now and save it, when a path is given."""
    if path is None:
        return voice
    profile = voice if isinstance(voice, VoiceProfile) else model.voice.encode_voice(*voice)
    profile.save(path)
    return profile


def with_notes(chunks: Iterable[Chunk], progress: ProgressBar) -> Iterator[Chunk]:
    """The chunks; their notes are printed as they pass."""
    for chunk in chunks:
        for note in chunk.notes:
            progress.note(note)
        yield chunk


def write_narration(path: Path, narration: Narration, progress: ProgressBar) -> None:
    """Render and encode chunk by chunk."""
    for note in narration.notes:
        progress.note(note)
    write_video(path, narration, progress)


def describe(path: Path, frames: int, fps: float, seconds: float, took: float) -> str:
    return f"{path}: {seconds:.2f} s, {frames} frames at {fps:g} fps, made in {took:.1f} s"
