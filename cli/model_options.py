"""Which voice and which face, from which files, how to speak and render: arguments, and what they make.

Nothing heavy is imported before the request is known to be sound.
"""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import InputError
from ..core.settings import (
    PRECISIONS,
    REFERENCE_COMPATIBLE,
    SAMPLING_PRESETS,
    CompatibilityFlags,
    DenoisingSettings,
    FaceControls,
    HalloSettings,
)
from ..core.settings.limits import FRAME_SIDE, STEPS
from ..model_loaders.registry import (
    FACES,
    FAMILIES,
    VOICES,
    FileRow,
    LoadOptions,
    load_model,
)
from .argument_types import number, stepped

if TYPE_CHECKING:
    from ..core.model import Model

PAIRS = {"starter": ("starter", "starter"), "full": ("xtts", "hallo")}  # --family: a voice and a face at once


def add_model(parser: argparse.ArgumentParser, *halves: str) -> None:
    """``halves``: "voice", "face" or both."""
    group = parser.add_argument_group("model", "any voice goes with any face")
    group.add_argument(
        "--family",
        choices=tuple(PAIRS),
        default="starter",
        help="a pair: starter is bundled, full is XTTS-v2 with Hallo, from your own files (default: starter)",
    )
    group.add_argument("--device", default="cpu", metavar="NAME", help="where your own files compute (default: cpu)")
    if "voice" in halves:
        group.add_argument("--voice-model", choices=VOICES, help="the voice, in place of the pair's")
        _add_speech(group)
    if "face" in halves:
        group.add_argument("--face-model", choices=FACES, help="the face, in place of the pair's")
        _add_rendering(group)
    parser.set_defaults(halves=halves)


def _add_speech(group: argparse._ArgumentGroup) -> None:
    _add_files(group, "xtts")
    group.add_argument("--language", default="en", metavar="CODE", help="of the text (default: en)")
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=PRECISIONS[0],
        help="of XTTS-v2's GPT: float16 is faster and leaner on a CPU, int8 more so but less exact (default: float32)",
    )
    group.add_argument(
        "--sampling",
        choices=tuple(SAMPLING_PRESETS),
        default="authors",
        help="of XTTS-v2's codes: repetition penalty 10, or 5 as in its own configuration (default: authors)",
    )


def _add_rendering(group: argparse._ArgumentGroup) -> None:
    _add_files(group, "hallo")
    group.add_argument("--steps", type=number(STEPS), default=10, metavar="N", help="denoising steps (default: 10)")
    group.add_argument(
        "--size", type=stepped(FRAME_SIDE), default=512, metavar="N", help="side of a square of equal area, for Hallo"
    )
    group.add_argument("--exact", action="store_true", help="render as Hallo's reference does, with all its quirks")


def _add_files(group: argparse._ArgumentGroup, family: str) -> None:
    for row in FAMILIES[family].files:
        flag, optional = f"--{row.option.replace('_', '-')}", "" if row.required else " (optional)"
        group.add_argument(flag, dest=row.option, type=Path, metavar="FILE", help=row.description + optional)


def chosen(options: Namespace) -> tuple[str | None, str | None]:
    """(voice, face) by their names in the registry; None for a half that the command does not use."""
    voice, face = PAIRS[options.family]
    return (
        (options.voice_model or voice) if "voice" in options.halves else None,
        (options.face_model or face) if "face" in options.halves else None,
    )


def check_files(options: Namespace) -> None:
    """Raises InputError when a file that a chosen half cannot do without is not named."""
    for row in _required(options):
        if getattr(options, row.option) is None:
            raise row.missing()


def _required(options: Namespace) -> list[FileRow]:
    names = dict.fromkeys(name for name in chosen(options) if name is not None) if "halves" in options else {}
    return [row for name in names for row in FAMILIES[name].required()]


def load_chosen(options: Namespace) -> Model:
    """The chosen voice and face as one model."""
    voice, face = chosen(options)
    names = [name for name in (voice, face) if name is not None]
    rows = [row for name in names for row in FAMILIES[name].files]
    return load_model(voice, face, {row.option: getattr(options, row.option) for row in rows}, _load_options(options))


def _load_options(options: Namespace) -> LoadOptions:
    import torch

    from ..core.face.hallo.residency import DeviceResidency

    device = _device(options.device)
    return LoadOptions(
        device=device,
        dtype=torch.float32 if device.type == "cpu" else None,
        precision=getattr(options, "precision", PRECISIONS[0]),
        residency=DeviceResidency(device),
        free_memory=lambda: _free_memory(device),
    )


def _device(name: str):
    import torch

    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"--device is {name!r}, which is not there: choose cpu or one of this machine.") from error
    return device


def _free_memory(device) -> int | None:
    import torch

    if device.type != "cuda":
        return None
    return torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_allocated(device)


def face_controls(options: Namespace) -> FaceControls:
    """The controls of the chosen face."""
    from ..core.families.hallo.controls import HalloControls

    gaze_x, gaze_y = options.gaze
    denoising = DenoisingSettings(options.steps, "ddim" if options.exact else "multistep")
    flags = REFERENCE_COMPATIBLE if options.exact else CompatibilityFlags()
    return HalloControls(
        expression=options.expression,
        head_motion=options.head_motion,
        blink_rate=options.blink_rate,
        gaze_x=gaze_x,
        gaze_y=gaze_y,
        seed=options.seed,
        rendering=HalloSettings(denoising, flags, options.size),
    )
