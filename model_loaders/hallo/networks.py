"""Hallo's net.pth -> HalloNets: 2,656 tensors, kept in the file's half precision.

Sizes are read off the tensors, so that checkpoints of other widths load as well. 140 tensors of motion modules in the
levels without transformers are checked and left out: the reference's inference skips them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...core.face.hallo.config import AudioProjectionConfig, HalloConfig, UNetConfig
from ...core.face.hallo.motion_module import MotionModule
from ...core.face.hallo.networks import HalloNets
from ..checkpoints import Checkpoint, read_checkpoint
from ..file_errors import HALLO_CHECKPOINT
from ..state_dicts import check_tensors, fill, shapes_of

PREFIXES = {
    "reference_net": "reference_unet.",
    "denoising_unet": "denoising_unet.",
    "face_locator": "face_locator.",
    "image_projection": "imageproj.",
    "audio_projection": "audioproj.",
}
FIRST_LAYER = "denoising_unet.conv_in.weight"
LEVEL = "denoising_unet.down_blocks.{}.resnets.0.conv1.weight"
FACE_KEYS = "denoising_unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight"
AUDIO_KEYS = "denoising_unet.down_blocks.0.audio_modules.0.transformer_blocks.0.attn2_0.to_k.weight"
FACE_TOKENS = "imageproj.proj.weight"
AUDIO_PROJECTION = ("audioproj.proj1.weight", "audioproj.proj3.weight", "audioproj.norm.weight")


def load_hallo(path: str | Path) -> HalloNets:
    """Raises InputError for anything but a complete Hallo checkpoint."""
    return build_hallo(read_checkpoint(path, HALLO_CHECKPOINT).nested("state_dict"))


def build_hallo(checkpoint: Checkpoint) -> HalloNets:
    """Networks from the published names of net.pth. Raises InputError."""
    tensors = checkpoint.tensors()
    with checkpoint.parsing(), torch.device("meta"):
        nets = HalloNets.build(hallo_config(tensors))
        expected = hallo_shapes(nets)
    check_tensors(tensors, expected, checkpoint)
    for name, net in nets.named():
        fill(net, tensors, PREFIXES[name])
    return nets


def hallo_config(tensors: Mapping[str, Tensor]) -> HalloConfig:
    """Sizes, read off the tensors that show them. Raises KeyError, ValueError or IndexError where they do not."""
    width, latent, _, _ = tensors[FIRST_LAYER].shape
    _, context = tensors[FACE_KEYS].shape
    tokens, embedding = tensors[FACE_TOKENS].shape
    channels = _channels(tensors)
    if len(channels) < 2 or channels[0] != width or any(count < 32 or count % 32 for count in channels):
        raise ValueError(f"levels of {channels} channels where Hallo has 320, 640, 1280, 1280")
    audio = tensors[AUDIO_KEYS].shape[1] if AUDIO_KEYS in tensors else None
    unet = UNetConfig(channels, context=context, audio=audio, latent=latent)
    return HalloConfig(unet, _audio_config(tensors), max(1, tokens // context), embedding)


def _channels(tensors: Mapping[str, Tensor]) -> tuple[int, ...]:
    widths: list[int] = []
    while (weight := tensors.get(LEVEL.format(len(widths)))) is not None:
        widths.append(weight.shape[0])
    return tuple(widths)


def _audio_config(tensors: Mapping[str, Tensor]) -> AudioProjectionConfig | None:
    if any(name not in tensors for name in AUDIO_PROJECTION):
        return None
    first, last, norm = (tensors[name] for name in AUDIO_PROJECTION)
    return AudioProjectionConfig(first.shape[1], first.shape[0], max(1, last.shape[0] // norm.shape[0]), norm.shape[0])


def hallo_shapes(nets: HalloNets) -> dict[str, tuple[int, ...]]:
    """Every tensor that a checkpoint of these sizes holds."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name, net in nets.named():
        shapes |= shapes_of(net, PREFIXES[name])
    return shapes | unused_shapes(nets)


def unused_shapes(nets: HalloNets) -> dict[str, tuple[int, ...]]:
    """Motion modules of the levels without transformers."""
    unet, shapes = nets.denoising_unet, {}
    for stage in (*unet.down_stages, *unet.up_stages):
        if not len(stage.attentions):
            motion = shapes_of(MotionModule(stage.channels, unet.config.heads, unet.config.groups))
            for index in range(len(stage.resnets)):
                prefix = f"{PREFIXES['denoising_unet']}{stage.name}.motion_modules.{index}."
                shapes |= {prefix + name: shape for name, shape in motion.items()}
    return shapes
