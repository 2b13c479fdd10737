"""The full family on the command line: which files, how to speak and render, and the model that they make.

Nothing heavy is imported before the request is known to be sound.
"""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path

from ..core.errors import InputError
from .argument_types import whole

ORIGINS = {
    "xtts": "huggingface.co/coqui/XTTS-v2 (model.pth, vocab.json beside it)",
    "hallo": "huggingface.co/fudan-generative-ai/hallo (hallo/net.pth)",
    "vae": "huggingface.co/stabilityai/sd-vae-ft-mse",
}


def add_family(parser: argparse.ArgumentParser, *halves: str) -> None:
    """``halves``: "voice" for XTTS-v2, "face" for Hallo."""
    group = parser.add_argument_group("full family", "XTTS-v2 and Hallo, from checkpoints of yours")
    choices = {"choices": ("starter", "full"), "default": "starter"}
    group.add_argument("--family", **choices, help="bundled weights, or yours (default: starter)")
    if "voice" in halves:
        _add_voice(group)
    if "face" in halves:
        _add_face(group)
    group.add_argument("--device", default="cpu", metavar="NAME", help="where the full family computes (default: cpu)")
    parser.set_defaults(needed=("xtts",) * ("voice" in halves) + ("hallo", "vae") * ("face" in halves))


def _add_voice(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--xtts", type=Path, metavar="FILE", help="XTTS-v2's model.pth, vocab.json beside it")
    group.add_argument("--language", default="en", metavar="CODE", help="of the text, for XTTS-v2 (default: en)")
    group.add_argument(
        "--precision",
        choices=("float32", "float16", "int8"),
        default="float32",
        help="of XTTS-v2's GPT: float16 is faster and leaner on a CPU, int8 more so but less exact (default: float32)",
    )
    group.add_argument(
        "--sampling",
        choices=("authors", "xtts"),
        default="authors",
        help="how XTTS-v2 draws speech: repetition penalty 10, or 5 as its own configuration (default: authors)",
    )


def _add_face(group: argparse._ArgumentGroup) -> None:
    for name, what in (
        ("--hallo", "Hallo's net.pth, or the authors' combined checkpoint"),
        ("--vae", "Stable Diffusion 1.5's VAE"),
        ("--wav2vec2", "wav2vec2-base-960h"),
        ("--arcface", "identity network (optional)"),
        ("--audio-projection", "Hallo's net.pth, where the combined checkpoint lacks audioproj"),
    ):
        group.add_argument(name, type=Path, metavar="FILE", help=what)
    group.add_argument("--steps", type=whole(1, 100), default=10, metavar="N", help="denoising steps (default: 10)")
    group.add_argument(
        "--size", type=frame_side, default=512, metavar="N", help="side of a square of equal area (default: 512)"
    )
    group.add_argument("--exact", action="store_true", help="render as the reference does, with all its quirks")


def frame_side(text: str) -> int:
    """An argument type: a multiple of 64 from 64 to 1024."""
    if not text.isdecimal() or int(text) % 64 or not 64 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a multiple of 64 from 64 to 1024")
    return int(text)


def check_files(asked: Namespace) -> None:
    """Raises InputError when the full family is asked for and a file that it cannot do without is not named."""
    if getattr(asked, "family", "starter") == "full":
        for name in asked.needed:
            if getattr(asked, name) is None:
                raise InputError(f"--{name} is not given: the full family needs it, get it from {ORIGINS[name]}.")


def load_full(asked: Namespace):
    """The halves of the full family that were named: a voice, a face, or both as one model."""
    device = _device(asked.device)
    face = _load_face(asked, device) if "hallo" in asked.needed else None
    if "xtts" not in asked.needed:
        from ..core.families.hallo.face_only import FaceOnlyModel

        assert face is not None
        return FaceOnlyModel(face.face, face.blocks)
    from ..core.families.xtts.model import FullModel
    from ..model_loaders import xtts

    model = FullModel(xtts.load_voice(asked.xtts, precision=asked.precision))
    return model if face is None else model.with_face(face.face, face.blocks)


def _load_face(asked: Namespace, device):
    import torch

    from ..core.face.hallo.nets import DeviceResidency
    from ..model_loaders.hallo.load import FaceFiles, load_face

    files = FaceFiles(asked.hallo, asked.vae, asked.wav2vec2, asked.arcface, asked.audio_projection)
    dtype = torch.float32 if device.type == "cpu" else None
    return load_face(files, device, dtype, DeviceResidency(device), lambda: _free(device))


def _device(name: str):
    import torch

    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"--device is {name!r}, which is not there: choose cpu or one of yours.") from error
    return device


def diffusion_settings(asked: Namespace):
    """None for the starter family."""
    if getattr(asked, "family", "starter") != "full":
        return None
    from ..core.face.hallo.settings import (
        REFERENCE_COMPATIBLE,
        CompatibilityFlags,
        DenoisingSettings,
        HalloSettings,
    )

    sampling = DenoisingSettings(asked.steps, "ddim" if asked.exact else "multistep")
    return HalloSettings(sampling, REFERENCE_COMPATIBLE if asked.exact else CompatibilityFlags(), asked.size)


def _free(device) -> int | None:
    import torch

    if device.type != "cuda":
        return None
    return torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_allocated(device)
