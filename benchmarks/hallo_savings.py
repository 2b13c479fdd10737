"""The operations that one guided step of a clip saves against the reference, each measure from its own formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import torch

from ..core.face.hallo.audio_module import AudioModule
from ..core.face.hallo.config import HalloConfig
from ..core.face.hallo.networks import HalloNets

AUDIO_TOKENS = 32  # for each frame
REGIONS = 3  # audio modules for the picture, the face and the lips


def savings(frames: int, side: int = 64, config: HalloConfig | None = None) -> Iterator[tuple[str, int]]:
    """(measure, operations saved) for a clip of ``frames`` frames with latents of ``side`` x ``side``."""
    config = config or HalloConfig()
    bank_attention = reference_keys = audio = 0
    with torch.device("meta"):
        transformers = list(HalloNets.build(config).denoising_unet.transformers())
    for _, stage, index in transformers:
        tokens, width = (side >> stage.level) ** 2, stage.channels
        bank_attention += 4 * frames * tokens * tokens * width + 4 * frames * tokens * width * width
        reference_keys += 4 * frames * tokens * width * width
        inner = cast(AudioModule, stage.audio_modules[index]).proj_in.out_channels if len(stage.audio_modules) else 0
        audio += REGIONS * frames * (4 * tokens * inner * inner + 4 * tokens * AUDIO_TOKENS * inner)  # unconditional
        audio += REGIONS * 2 * frames * 4 * AUDIO_TOKENS * inner * (config.unet.audio or 0)  # keys, values, both
    yield "no portrait in the unconditional branch", bank_attention
    yield "portrait's keys and values once, not for each frame and step", reference_keys
    yield "silence answered by its bias, speech's keys and values once", audio
