"""Latents at the code rate [1, n, C] -> vocoder frames [1, C, m]: stretched for speed, then by 4, then by 24000 / 22050.

Every stage interpolates linearly as ``torch.nn.functional.interpolate`` does with a given scale factor, frame by frame:
any range of frames can be made by itself, and equals that range of the whole bit for bit. That is what makes exact
streaming possible.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .config import REFERENCE_RATE, SAMPLE_RATE

LATENT_STRETCH = 4.0


@dataclass(frozen=True)
class Stretch:
    """Linear interpolation in time by ``scale``."""

    scale: float

    def length(self, inputs: int) -> int:
        """Frames that come of ``inputs`` frames."""
        return math.floor(inputs * self.scale)

    def ready(self, inputs: int) -> int:
        """Frames that are final while only the first ``inputs`` of more frames are known."""
        frames = max(0, math.floor((inputs - 0.5) * self.scale) - 1)
        while frames and int(self._place(frames - 1)) + 1 >= inputs:
            frames -= 1
        return frames

    def frames(self, values: Tensor, first: int, last: int) -> Tensor:
        """Frames ``first`` to ``last`` (excluded) of values [1, n, C]: [1, last - first, C]."""
        place = self._place(torch.arange(first, last, dtype=torch.float32, device=values.device))
        before = place.long().clamp_max(values.shape[1] - 1)
        after = (before + 1).clamp_max(values.shape[1] - 1)
        share = (place - before)[:, None]
        return values[:, before] * (1 - share) + values[:, after] * share

    def _place(self, index):
        """Where frame ``index`` lies among the inputs: a number or a tensor."""
        place = (index + 0.5) * (1 / self.scale) - 0.5
        return place.clamp_min(0) if isinstance(place, Tensor) else max(0.0, place)


LATENTS_TO_FRAMES = (Stretch(LATENT_STRETCH), Stretch(SAMPLE_RATE / REFERENCE_RATE))


def at_speed(latents: Tensor, speed: float) -> Tensor:
    """Latents [1, n, C] for speech ``speed`` times as fast: [1, floor(n / speed), C]."""
    stretch = Stretch(1 / speed)
    return latents if speed == 1 else stretch.frames(latents, 0, stretch.length(latents.shape[1]))


def vocoder_frames(latents: Tensor) -> Tensor:
    """Latents [1, n, C] -> all vocoder frames [1, C, m]."""
    for stage in LATENTS_TO_FRAMES:
        latents = stage.frames(latents, 0, stage.length(latents.shape[1]))
    return latents.transpose(1, 2)


class FrameQueue:
    """Vocoder frames that grow while latents arrive: ``push`` what came, ``frames`` [1, C, m] holds what is final."""

    def __init__(self, speed: float = 1.0) -> None:
        stages = LATENTS_TO_FRAMES if speed == 1 else (Stretch(1 / speed), *LATENTS_TO_FRAMES)
        self.stages, self.values = stages, [torch.empty(1, 0, 0)] * (len(stages) + 1)

    def push(self, latents: Tensor, final: bool = False) -> None:
        """Add latents [1, n, C]; ``final`` says that no more will come."""
        self.values[0] = _joined(self.values[0], latents)
        for index, stage in enumerate(self.stages):
            source, made = self.values[index], self.values[index + 1].shape[1]
            known = stage.length(source.shape[1]) if final else stage.ready(source.shape[1])
            if known > made:
                self.values[index + 1] = _joined(self.values[index + 1], stage.frames(source, made, known))

    @property
    def frames(self) -> Tensor:
        return self.values[-1].transpose(1, 2)


def _joined(before: Tensor, after: Tensor) -> Tensor:
    return after if before.shape[1] == 0 else torch.cat([before, after], 1)
