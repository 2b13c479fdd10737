"""What each command of ``narrating-face`` does: read files, call core.pipeline, write files.

Every command takes the parsed arguments and the progress, and returns the lines to print.
"""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path

from .. import model_loaders
from ..core.bundles import Narration, Speech, VoiceProfile
from ..core.media import (
    read_audio,
    read_image,
    write_pieces,
    write_video,
    write_wav,
)
from ..core.model import FaceControls, NarratingModel
from ..core.pipeline import (
    Voice,
    animate,
    narrate,
    speak,
    stream,
)
from ..core.voice.xtts.sampling import SAMPLING_PRESETS
from ..model_loaders import starter, xtts
from .info import info_lines, table_lines
from .model_options import diffusion_settings, load_full
from .progress_bar import Progress


def run_narrate(asked: Namespace, progress: Progress) -> list[str]:
    started = time.monotonic()
    image, voice = read_image(asked.portrait), read_voice(asked.voice)
    model = load_model(progress, asked)
    said = {"encoder": asked.encoder, "fps": asked.fps, "speed": asked.speed, "language": asked.language}
    given = model, image, save_voice(model, voice, asked.save_voice), asked.text
    frames, seconds = (narrate_whole if asked.family == "full" else narrate_streaming)(asked, given, said, progress)
    return [describe(asked.out, frames, asked.fps, seconds, time.monotonic() - started)]


def narrate_streaming(asked: Namespace, given: tuple, said: dict, progress: Progress) -> tuple[int, float]:
    """Write the video while it is being made; returns its frames and its seconds of speech."""
    return write_pieces(asked.out, stream(*given, **said, controls=face_controls(asked), progress=progress))


def narrate_whole(asked: Namespace, given: tuple, said: dict, progress: Progress) -> tuple[int, float]:
    """The same by a family that makes all speech first."""
    sampling = SAMPLING_PRESETS[asked.sampling]
    narration = narrate(*given, **said, sampling=sampling, controls=face_controls(asked), progress=progress)
    write_narration(asked.out, narration, progress)
    return narration.frames, narration.speech.seconds


def run_animate(asked: Namespace, progress: Progress) -> list[str]:
    started = time.monotonic()
    image, (waveform, rate) = read_image(asked.portrait), read_audio(asked.speech)
    narration = animate(
        load_model(progress, asked),
        image,
        Speech(waveform.mean(1, keepdim=True), rate),
        encoder=asked.encoder,
        fps=asked.fps,
        controls=face_controls(asked),
        progress=progress,
    )
    write_narration(asked.out, narration, progress)
    seconds = narration.speech.seconds
    return [describe(asked.out, narration.frames, asked.fps, seconds, time.monotonic() - started)]


def run_speak(asked: Namespace, progress: Progress) -> list[str]:
    voice = read_voice(asked.voice)
    model = load_model(progress, asked)
    voice = save_voice(model, voice, asked.save_voice)
    latents, speech = speak(
        model,
        voice,
        asked.text,
        encoder=asked.encoder,
        speed=asked.speed,
        seed=asked.seed,
        language=asked.language,
        sampling=SAMPLING_PRESETS[asked.sampling],
        progress=progress,
    )
    for note in latents.notes:
        progress.note(note)
    write_wav(asked.out, speech)
    return [f"{asked.out}: {speech.seconds:.2f} s at {speech.sample_rate} Hz"]


def run_convert(asked: Namespace, progress: Progress) -> list[str]:
    progress("convert", 0, 1)
    count = xtts.convert(asked.source, asked.out)
    progress("convert", 1, 1)
    return [f"{asked.out}: {count} tensors"]


def run_bench(asked: Namespace, progress: Progress) -> list[str]:
    from ..benchmarks import command  # nothing else needs it

    return command.run_bench(asked, progress)


def run_table(_: Namespace, progress: Progress) -> list[str]:
    return list(table_lines())


def run_info(_: Namespace, progress: Progress) -> list[str]:
    return list(info_lines(load_model(progress), Path(model_loaders.__path__[0])))


def run_evaluate(asked: Namespace, progress: Progress) -> list[str]:
    from ..research.evaluation.starter import evaluate_starter

    return evaluate_starter(asked, progress)


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


def load_model(progress: Progress, asked: Namespace | None = None) -> NarratingModel:
    progress("load weights", 0, 1)
    model = load_full(asked) if asked is not None and asked.family == "full" else starter.load()
    progress("load weights", 1, 1)
    return model


def read_voice(path: Path) -> Voice:
    """A recording, or a profile saved earlier."""
    return VoiceProfile.load(path) if path.suffix.lower() == ".safetensors" else read_audio(path)


def save_voice(model: NarratingModel, voice: Voice, path: Path | None) -> Voice:
    """Make the profile now and save it, when a path is given."""
    if path is None:
        return voice
    profile = voice if isinstance(voice, VoiceProfile) else model.encode_voice(*voice)
    profile.save(path)
    return profile


def face_controls(asked: Namespace) -> FaceControls:
    gaze_x, gaze_y = asked.gaze
    return FaceControls(
        expression=asked.expression,
        head_motion=asked.head_motion,
        blink_rate=asked.blink_rate,
        gaze_x=gaze_x,
        gaze_y=gaze_y,
        seed=asked.seed,
        diffusion=diffusion_settings(asked),
    )


def write_narration(path: Path, narration: Narration, progress: Progress) -> None:
    """Render and encode window by window."""
    for note in narration.notes:
        progress.note(note)
    windows, fps, speech = narration.windows(), narration.fps, narration.speech
    write_video(path, windows, fps, speech, on_frame=lambda count: progress("frames", count, narration.frames))


def describe(path: Path, frames: int, fps: float, seconds: float, took: float) -> str:
    return f"{path}: {seconds:.2f} s, {frames} frames at {fps:g} fps, made in {took:.1f} s"
