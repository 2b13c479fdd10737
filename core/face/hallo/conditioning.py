"""What the denoising UNet is told in one half (with or without guidance), made once for all steps of a clip.

For every place of a transformer: keys and values of the reference picture, of the face tokens and of the speech, and
the tokens of earlier frames. N = h w tokens at the place's level, F frames, M earlier frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .attention import KeysValues
from .audio_module import (
    NATURAL,
    AudioKeys,
    RegionMasks,
    Strengths,
)


@dataclass(frozen=True)
class ReferenceKeys:
    """Keys and values of the reference picture [1, heads, N, D]: one for all frames, or several that frames take in
    turn, beginning with frame 0 at ``offset``."""

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
    """All that one layer is told. ``audio`` None stands for silence."""

    context: KeysValues
    reference: ReferenceKeys | None
    motion_frames: Tensor | None  # [M, N, C]
    audio: AudioKeys | None


@dataclass(frozen=True)
class Conditioning:
    """One half of the guidance. ``masks`` by level, finest first; ``located`` [1, C, h, w] is the face region's map."""

    places: dict[str, LayerConditioning]
    masks: tuple[RegionMasks, ...]
    located: Tensor | None
    strengths: Strengths = NATURAL
