"""Latents at the code rate [1, n, C] -> vocoder frames [1, C, m]: stretched for speed, by 4, then by 24000 / 22050.

Every stage interpolates linearly as ``torch.nn.functional.interpolate`` does with a given scale factor, but frame by
frame: any range of frames can be computed on its own and equals that range of the whole bit for bit, which makes exact
streaming possible (core.voice.xtts.frame_queue).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .config import REFERENCE_RATE, SAMPLE_RATE

FRAMES_PER_CODE = 4.0


@dataclass(frozen=True)
class LinearStretch:
    """Linear interpolation in time by ``scale``."""

    scale: float

    def length(self, inputs: int) -> int:
        """Number of frames from ``inputs`` inputs."""
        return math.floor(inputs * self.scale)

    def ready(self, inputs: int) -> int:
        """Number of frames that are final while only the first ``inputs`` inputs are known."""
        frames = max(0, math.floor((inputs - 0.5) * self.scale) - 1)
        while frames and self.input_before(frames - 1) + 1 >= inputs:
            frames -= 1
        return frames

    def frames(self, values: Tensor, first: int, last: int, offset: int = 0) -> Tensor:
        """Frames [first, last) from inputs [1, n, C] that start at index ``offset``: [1, last - first, C]."""
        position = self.position(torch.arange(first, last, dtype=torch.float32, device=values.device))
        before = (position.long() - offset).clamp_max(values.shape[1] - 1)
        after = (before + 1).clamp_max(values.shape[1] - 1)
        share = (position - before - offset)[:, None]
        return values[:, before] * (1 - share) + values[:, after] * share

    def position(self, index: Tensor) -> Tensor:
        """Positions of frames on the axis of the inputs."""
        return ((index + 0.5) * (1 / self.scale) - 0.5).clamp_min(0)

    def input_before(self, frame: int) -> int:
        """Index of the first input that ``frame`` depends on."""
        return int(self.position(torch.tensor(float(frame))))


LATENTS_TO_FRAMES = (LinearStretch(FRAMES_PER_CODE), LinearStretch(SAMPLE_RATE / REFERENCE_RATE))


def at_speed(latents: Tensor, speed: float) -> Tensor:
    """Latents [1, n, C] for speech ``speed`` times as fast: [1, floor(n / speed), C]."""
    stretch = LinearStretch(1 / speed)
    return latents if speed == 1 else stretch.frames(latents, 0, stretch.length(latents.shape[1]))


def vocoder_frames(latents: Tensor) -> Tensor:
    """Latents [1, n, C] -> all vocoder frames [1, C, m]."""
    for stage in LATENTS_TO_FRAMES:
        latents = stage.frames(latents, 0, stage.length(latents.shape[1]))
    return latents.transpose(1, 2)
