"""The full family on the command line: which files, how to render, and the benchmark of its decoder."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path

from .errors import InputError

ORIGINS = {
    "hallo": "huggingface.co/fudan-generative-ai/hallo (hallo/net.pth)",
    "vae": "huggingface.co/stabilityai/sd-vae-ft-mse",
}


def add_full_face(parser: argparse.ArgumentParser) -> None:
    """What chooses the full family and how it renders; nothing heavy is imported here."""
    from .cli_arguments import whole

    group = parser.add_argument_group("full family", "Hallo's video decoder, from checkpoints of yours")
    group.add_argument(
        "--family", choices=("starter", "full"), default="starter", help="model family (default: starter)"
    )
    for name, what in (
        ("--hallo", "Hallo's net.pth, or the authors' combined checkpoint"),
        ("--vae", "Stable Diffusion 1.5's VAE"),
        ("--wav2vec2", "wav2vec2-base-960h"),
        ("--arcface", "identity network (optional)"),
        ("--audio-projection", "Hallo's net.pth, where the combined checkpoint lacks audioproj"),
    ):
        group.add_argument(name, type=Path, metavar="FILE", help=what)
    group.add_argument("--device", default="cpu", metavar="NAME", help="where Hallo computes (default: cpu)")
    group.add_argument("--steps", type=whole(1, 100), default=10, metavar="N", help="denoising steps (default: 10)")
    group.add_argument(
        "--size", type=frame_side, default=512, metavar="N", help="side of a square of equal area (default: 512)"
    )
    group.add_argument("--exact", action="store_true", help="render as the reference does, with all its quirks")


def add_bench(commands: argparse._SubParsersAction) -> None:
    help_ = "count the work of a decoder"
    parser = commands.add_parser("bench", help=help_, description=help_.capitalize() + ".", allow_abbrev=False)
    parser.add_argument("what", choices=("hallo",), help="which decoder")
    parser.add_argument(
        "--account", action="store_true", required=True, help="operations and bytes of one clip, counted, not computed"
    )
    parser.add_argument("--size", type=frame_side, default=512, metavar="N", help="side of a frame (default: 512)")


def frame_side(text: str) -> int:
    """An argument type: a multiple of 64 from 64 to 1024."""
    if not text.isdecimal() or int(text) % 64 or not 64 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a multiple of 64 from 64 to 1024")
    return int(text)


def check_files(asked: Namespace) -> None:
    """Raises InputError when the full family is asked for and a file that it cannot do without is not named."""
    if getattr(asked, "family", "starter") == "full":
        for name, origin in ORIGINS.items():
            if getattr(asked, name) is None:
                raise InputError(f"--{name} is not given: the full family needs that file, get it from {origin}.")


def load_full(asked: Namespace):
    """The full family's face half, which animates recordings."""
    import torch

    from ..model_loaders.full_face import FaceFiles, load_face
    from .face.diffusion.nets import OnDevice
    from .full.face_only import FaceOnlyModel

    try:
        device = torch.device(asked.device)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"--device is {asked.device!r}, which is not there: choose cpu or one of yours.") from error
    files = FaceFiles(asked.hallo, asked.vae, asked.wav2vec2, asked.arcface, asked.audio_projection)
    dtype = torch.float32 if device.type == "cpu" else None
    loaded = load_face(files, device, dtype, OnDevice(device), lambda: _free(device))
    return FaceOnlyModel(loaded.face, loaded.blocks)


def diffusion_settings(asked: Namespace):
    """None for the starter family."""
    if getattr(asked, "family", "starter") != "full":
        return None
    from .face.diffusion.settings import EXACT, DiffusionSettings, Fixes, Sampling

    sampling = Sampling(asked.steps, "ddim" if asked.exact else "multistep")
    return DiffusionSettings(sampling, EXACT if asked.exact else Fixes(), asked.size)


def run_bench(asked: Namespace, _: object) -> list[str]:
    from .face.diffusion.account import account_lines
    from .face.diffusion.settings import DiffusionSettings

    return list(account_lines(DiffusionSettings(size=asked.size)))


def _free(device) -> int | None:
    import torch

    if device.type != "cuda":
        return None
    return torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_allocated(device)
