"""``narrating-face``: the whole pipeline from the command line. See core.cli_arguments for what can be asked.

Results are named on standard output; progress, notes and errors go to standard error. Exit codes: 0 done,
1 the system refused (disk full, no permission), 2 bad input (one sentence), 130 interrupted; no file is ever left
half-written.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .cli_arguments import SAMPLE_TEXT, build_parser
from .errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

    from .bundles import Narration, Speech
    from .cli_progress import Progress
    from .model import FaceControls, NarratingModel
    from .narrate import Voice


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    asked = build_parser().parse_args(arguments)
    try:
        COMMANDS[asked.command](asked)
    except InputError as error:
        print(f"narrating-face: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"narrating-face: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("narrating-face: interrupted, no unfinished file is left.", file=sys.stderr)
        return 130
    return 0


def run_narrate(asked: Namespace) -> None:
    text = read_text(asked)
    check_writable(asked.out, asked.save_voice)
    started = time.monotonic()
    with start_progress() as progress:
        image, voice = read_image(asked.portrait), read_voice(asked.voice)
        model = load_model(progress)
        from .narrate import narrate

        narration = narrate(
            model,
            image,
            save_voice(model, voice, asked.save_voice),
            text,
            encoder=asked.encoder,
            fps=asked.fps,
            speed=asked.speed,
            controls=face_controls(asked),
            progress=progress,
        )
        write_narration(asked.out, narration, progress)
    report_video(asked.out, narration, time.monotonic() - started)


def run_animate(asked: Namespace) -> None:
    check_writable(asked.out)
    started = time.monotonic()
    with start_progress() as progress:
        image, speech = read_image(asked.portrait), read_speech(asked.speech)
        model = load_model(progress)
        from .narrate import animate

        narration = animate(
            model,
            image,
            speech,
            encoder=asked.encoder,
            fps=asked.fps,
            controls=face_controls(asked),
            progress=progress,
        )
        write_narration(asked.out, narration, progress)
    report_video(asked.out, narration, time.monotonic() - started)


def run_speak(asked: Namespace) -> None:
    text = read_text(asked)
    check_writable(asked.out, asked.save_voice)
    with start_progress() as progress:
        voice = read_voice(asked.voice)
        model = load_model(progress)
        from .media import write_wav
        from .narrate import speak

        voice = save_voice(model, voice, asked.save_voice)
        _, speech = speak(
            model, voice, text, encoder=asked.encoder, speed=asked.speed, seed=asked.seed, progress=progress
        )
        write_wav(asked.out, speech)
    print(f"{asked.out}: {speech.seconds:.2f} s at {speech.sample_rate} Hz")


def run_table(_: Namespace) -> None:
    from .cli_info import table_lines

    print("\n".join(table_lines()))


def run_info(_: Namespace) -> None:
    with start_progress() as progress:
        model = load_model(progress)
    from .. import model_loaders
    from .cli_info import info_lines

    print("\n".join(info_lines(model, Path(model_loaders.__path__[0]))))


COMMANDS = {
    "narrate": run_narrate,
    "animate": run_animate,
    "speak": run_speak,
    "table": run_table,
    "info": run_info,
}


def start_progress() -> Progress:
    """Show at once that something is happening: importing PyTorch is the first wait."""
    from .cli_progress import Progress

    progress = Progress()
    progress("load", 0, 3)
    import torch  # noqa: F401

    progress("load", 1, 3)
    return progress


def load_model(progress: Progress) -> NarratingModel:
    """The bundled model; the code takes longer than the weights."""
    from ..model_loaders import starter

    progress("load", 2, 3)
    model = starter.load()
    progress("load", 3, 3)
    return model


def read_text(asked: Namespace) -> str:
    """The words of --text, --text-file or the sample."""
    if asked.text is not None:
        return asked.text
    source = asked.text_file or SAMPLE_TEXT
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", error)
        raise InputError(f"text file {str(source)!r} could not be read ({reason}): pass a UTF-8 text file.") from error


def read_image(path: Path) -> Tensor:
    from .media import read_image

    return read_image(path)


def read_voice(path: Path) -> Voice:
    """A recording, or a profile saved earlier."""
    from .bundles import VoiceProfile
    from .media import read_audio

    return VoiceProfile.load(path) if path.suffix.lower() == ".safetensors" else read_audio(path)


def save_voice(model: NarratingModel, voice: Voice, path: Path | None) -> Voice:
    """Make the profile now and save it, when a path is given."""
    from .bundles import VoiceProfile

    if path is None:
        return voice
    profile = voice if isinstance(voice, VoiceProfile) else model.encode_voice(*voice)
    profile.save(path)
    return profile


def read_speech(path: Path) -> Speech:
    from .bundles import Speech
    from .media import read_audio

    waveform, rate = read_audio(path)
    return Speech(waveform.mean(1, keepdim=True), rate)  # [1, 1, S]


def face_controls(asked: Namespace) -> FaceControls:
    from .model import FaceControls

    gaze_x, gaze_y = asked.gaze
    return FaceControls(
        expression=asked.expression,
        head_motion=asked.head_motion,
        blink_rate=asked.blink_rate,
        gaze_x=gaze_x,
        gaze_y=gaze_y,
        seed=asked.seed,
    )


def check_writable(*paths: Path | None) -> None:
    """Say before the work that a result could not be stored after it."""
    for path in filter(None, paths):
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            raise InputError(f"output {str(path)!r} cannot be written to {str(folder)!r}: choose a folder of your own.")


def write_narration(path: Path, narration: Narration, progress: Progress) -> None:
    """Render and encode window by window."""
    from .media import write_video

    windows, fps, speech = narration.windows(), narration.fps, narration.speech
    write_video(path, windows, fps, speech, on_frame=lambda count: progress("frames", count, narration.frames))


def report_video(path: Path, narration: Narration, seconds: float) -> None:
    for note in narration.notes:
        print(f"note: {note}", file=sys.stderr)
    print(
        f"{path}: {narration.speech.seconds:.2f} s, {narration.frames} frames at {narration.fps:g} fps, "
        f"made in {seconds:.1f} s"
    )
