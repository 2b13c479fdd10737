"""Hallo's net.pth -> HalloNets: 2,656 tensors in half floats, which stay half floats.

Key prefixes: reference_unet. denoising_unet. face_locator. imageproj. audioproj. The sizes are read off the tensors, so
that a checkpoint of another width loads as well. 140 tensors of motion modules in the levels without transformers are
known, checked and left out: nothing computes with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...core.face.hallo.config import AudioProjectionConfig, HalloConfig, UNetConfig
from ...core.face.hallo.motion_module import MotionModule
from ...core.face.hallo.networks import HalloNets
from ..checkpoints import (
    Origin,
    check_tensors,
    fill,
    only_tensors,
    read_checkpoint,
    shapes_of,
)

ORIGIN = Origin("Hallo checkpoint", "huggingface.co/fudan-generative-ai/hallo (hallo/net.pth, 4.85 GB)")
PREFIXES = {
    "reference_net": "reference_unet.",
    "denoising_unet": "denoising_unet.",
    "face_locator": "face_locator.",
    "image_projection": "imageproj.",
    "audio_projection": "audioproj.",
}
GUIDES = (
    "denoising_unet.conv_in.weight",
    "denoising_unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight",
    "imageproj.proj.weight",
)
AUDIO_GUIDE = "denoising_unet.down_blocks.0.audio_modules.0.transformer_blocks.0.attn2_0.to_k.weight"


def load_hallo(path: str | Path) -> HalloNets:
    """Raises InputError for anything that is not Hallo's checkpoint, whole."""
    return build_hallo(only_tensors(read_checkpoint(path, ORIGIN), path, ORIGIN), path, ORIGIN)


def build_hallo(tensors: Mapping[str, Tensor], path: str | Path, origin: Origin) -> HalloNets:
    """Networks from tensors with the published names; what is wrong with them is said of ``path``."""
    config = read_config(tensors, path, origin)
    with torch.device("meta"):
        nets = HalloNets.build(config)
        expected = expected_shapes(nets)
    check_tensors(tensors, expected, path, origin)
    for name, net in nets.named():
        fill(net, tensors, PREFIXES[name])
    return nets


def read_config(tensors: Mapping[str, Tensor], path: str | Path, origin: Origin) -> HalloConfig:
    """Sizes, from the tensors that show them."""
    for guide in GUIDES:
        if guide not in tensors or tensors[guide].ndim < 2:
            raise origin.refuse(path, f"is another kind of checkpoint, it lacks {guide}")
    width, latent = tensors[GUIDES[0]].shape[:2]
    context = tensors[GUIDES[1]].shape[1]
    tokens, embedding = tensors[GUIDES[2]].shape
    audio = tensors[AUDIO_GUIDE].shape[1] if AUDIO_GUIDE in tensors else None
    channels = _channels(tensors) or (width,)
    if len(channels) < 2 or channels[0] != width or width % 32:
        raise origin.refuse(path, f"has levels of {channels} channels where Hallo has 320, 640, 1280, 1280")
    unet = UNetConfig(tuple(channels), context=context, audio=audio, latent=latent)
    return HalloConfig(unet, _audio_config(tensors), max(1, tokens // context), embedding)


def _channels(tensors: Mapping[str, Tensor]) -> tuple[int, ...]:
    widths: list[int] = []
    while (weight := tensors.get(f"denoising_unet.down_blocks.{len(widths)}.resnets.0.conv1.weight")) is not None:
        widths.append(weight.shape[0])
    return tuple(widths)


def _audio_config(tensors: Mapping[str, Tensor]) -> AudioProjectionConfig | None:
    names = [f"audioproj.{name}.weight" for name in ("proj1", "proj3", "norm")]
    if any(name not in tensors for name in names):
        return None
    first, last, norm = (tensors[name] for name in names)
    return AudioProjectionConfig(first.shape[1], first.shape[0], max(1, last.shape[0] // norm.shape[0]), norm.shape[0])


def expected_shapes(nets: HalloNets) -> dict[str, torch.Size]:
    """Every tensor that a checkpoint of these sizes holds."""
    shapes: dict[str, torch.Size] = {}
    for name, net in nets.named():
        shapes |= shapes_of(net, PREFIXES[name])
    return shapes | unused_shapes(nets)


def unused_shapes(nets: HalloNets) -> dict[str, torch.Size]:
    """Motion modules of the levels without transformers: in the file, but skipped by the reference's inference."""
    unet, shapes = nets.denoising_unet, {}
    for stage in (*unet.down_stages, *unet.up_stages):
        if not len(stage.attentions):
            motion = shapes_of(MotionModule(stage.channels, unet.config.heads, unet.config.groups))
            for index in range(len(stage.resnets)):
                prefix = f"{PREFIXES['denoising_unet']}{stage.name}.motion_modules.{index}."
                shapes |= {prefix + name: shape for name, shape in motion.items()}
    return shapes
