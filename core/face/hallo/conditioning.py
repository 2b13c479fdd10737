"""The conditioning of the denoising UNet in one guidance branch, computed once for all steps of a clip.

For every transformer layer: keys and values of the source image, of the face tokens and of the audio tokens, and the
tokens of the motion frames. N = h w tokens at the layer's level, F frames, M motion frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .attention import KeysValues
from .audio_module import (
    DEFAULT_STRENGTHS,
    AudioKeys,
    RegionMasks,
    RegionStrengths,
)


@dataclass(frozen=True)
class ReferenceKeys:
    """Keys and values of the source image [1, heads, N, D]: one group for all frames, or several that the frames use in
    turn, frame 0 the one at ``offset``."""

    groups: tuple[KeysValues, ...]
    offset: int = 0

    def rows(self, first: int, end: int) -> KeysValues:
        """For frames [first, end): one shared row, or a row for each frame."""
        if len(self.groups) == 1:
            return self.groups[0]
        turns = [self.groups[(self.offset + frame) % len(self.groups)] for frame in range(first, end)]
        keys, values = torch.cat([turn.keys for turn in turns]), torch.cat([turn.values for turn in turns])
        return KeysValues(keys, values)


@dataclass(frozen=True)
class LayerConditioning:
    """The conditioning of one layer; ``audio`` None stands for all-zero audio tokens."""

    context: KeysValues
    reference: ReferenceKeys | None
    motion_frames: Tensor | None  # [M, N, C]
    audio: AudioKeys | None


@dataclass(frozen=True)
class Conditioning:
    """``layers`` by layer name; ``masks`` by level, finest first; ``face_location`` [1, C, h, w] is the face locator's
    map."""

    layers: dict[str, LayerConditioning]
    masks: tuple[RegionMasks, ...]
    face_location: Tensor | None
    strengths: RegionStrengths = DEFAULT_STRENGTHS
