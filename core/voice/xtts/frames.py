"""Latents at the code rate [1, n, C] -> vocoder frames [1, C, m]: stretched for speed, by 4, then by 24000 / 22050.

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
class ResamplingStage:
    """Linear interpolation in time by ``scale``."""

    scale: float

    def length(self, inputs: int) -> int:
        """Frames that come of ``inputs`` frames."""
        return math.floor(inputs * self.scale)

    def ready(self, inputs: int) -> int:
        """Frames that are final while only the first ``inputs`` of more frames are known."""
        frames = max(0, math.floor((inputs - 0.5) * self.scale) - 1)
        while frames and self.input_before(frames - 1) + 1 >= inputs:
            frames -= 1
        return frames

    def frames(self, values: Tensor, first: int, last: int, offset: int = 0) -> Tensor:
        """Frames [first, last) made of inputs [1, n, C] whose first has the index ``offset``: [1, last - first, C]."""
        place = self.place(torch.arange(first, last, dtype=torch.float32, device=values.device))
        before = (place.long() - offset).clamp_max(values.shape[1] - 1)
        after = (before + 1).clamp_max(values.shape[1] - 1)
        share = (place - before - offset)[:, None]
        return values[:, before] * (1 - share) + values[:, after] * share

    def place(self, index: Tensor) -> Tensor:
        """Where frames lie among the inputs; the part before the point is the input before it."""
        return ((index + 0.5) * (1 / self.scale) - 0.5).clamp_min(0)

    def input_before(self, frame: int) -> int:
        """The first input that ``frame`` is made of."""
        return int(self.place(torch.tensor(float(frame))))


LATENTS_TO_FRAMES = (ResamplingStage(LATENT_STRETCH), ResamplingStage(SAMPLE_RATE / REFERENCE_RATE))


def at_speed(latents: Tensor, speed: float) -> Tensor:
    """Latents [1, n, C] for speech ``speed`` times as fast: [1, floor(n / speed), C]."""
    stretch = ResamplingStage(1 / speed)
    return latents if speed == 1 else stretch.frames(latents, 0, stretch.length(latents.shape[1]))


def vocoder_frames(latents: Tensor) -> Tensor:
    """Latents [1, n, C] -> all vocoder frames [1, C, m]."""
    for stage in LATENTS_TO_FRAMES:
        latents = stage.frames(latents, 0, stage.length(latents.shape[1]))
    return latents.transpose(1, 2)


class FrameQueue:
    """Vocoder frames that grow while latents arrive; what is not needed any more is let go."""

    def __init__(self, speed: float = 1.0) -> None:
        self.stages = LATENTS_TO_FRAMES if speed == 1 else (ResamplingStage(1 / speed), *LATENTS_TO_FRAMES)
        self.parts = [Part() for _ in range(len(self.stages) + 1)]

    @property
    def known(self) -> int:
        """How many frames are final."""
        return self.parts[-1].end

    def push(self, latents: Tensor, final: bool = False) -> None:
        """Add latents [1, n, C]; ``final`` says that no more will come."""
        self.parts[0].append(latents)
        for stage, source, target in zip(self.stages, self.parts, self.parts[1:], strict=False):
            known = stage.length(source.end) if final else stage.ready(source.end)
            if known > target.end:
                target.append(stage.frames(source.values(), target.end, known, source.start))
                source.forget(stage.input_before(known))

    def between(self, first: int, last: int) -> Tensor:
        """Frames [1, C, last - first]; those before ``first`` will not be asked for again."""
        self.parts[-1].forget(first)
        return self.parts[-1].values()[:, : last - first].transpose(1, 2)


class Part:
    """A stretch [1, end - start, C] of a sequence that grows at its end and is forgotten at its beginning."""

    def __init__(self) -> None:
        self.start, self.end = 0, 0
        self.pieces: list[Tensor] = []

    def append(self, values: Tensor) -> None:
        self.pieces.append(values)
        self.end += values.shape[1]

    def values(self) -> Tensor:
        self.pieces = [torch.cat(self.pieces, 1)]
        return self.pieces[0]

    def forget(self, before: int) -> None:
        """Let go of everything before an index; the last value stays."""
        before = min(before, self.end - 1)
        if before > self.start:
            self.pieces = [self.values()[:, before - self.start :]]
            self.start = before
