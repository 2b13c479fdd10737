"""Vocoder frames [1, C, m] as latents [1, n, C] arrive, for streaming: bit-equal to core.voice.xtts.vocoder_frames.

Frames become available as soon as they are final; latents and frames that are no longer needed are discarded.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .vocoder_frames import LATENTS_TO_FRAMES, LinearStretch


class FrameQueue:
    """See the module docstring; ``speed`` stretches the latents."""

    def __init__(self, speed: float = 1.0) -> None:
        self.stages = LATENTS_TO_FRAMES if speed == 1 else (LinearStretch(1 / speed), *LATENTS_TO_FRAMES)
        self.buffers = [SequenceBuffer() for _ in range(len(self.stages) + 1)]

    @property
    def known(self) -> int:
        """Number of frames that are final."""
        return self.buffers[-1].end

    def push(self, latents: Tensor, final: bool = False) -> None:
        """Add latents [1, n, C]; after ``final`` no more may follow."""
        self.buffers[0].append(latents)
        for stage, source, target in zip(self.stages, self.buffers, self.buffers[1:], strict=False):
            known = stage.length(source.end) if final else stage.ready(source.end)
            if known > target.end:
                target.append(stage.frames(source.values(), target.end, known, source.start))
                source.discard(stage.input_before(known))

    def between(self, first: int, last: int) -> Tensor:
        """Frames [1, C, last - first]; those before ``first`` are discarded."""
        self.buffers[-1].discard(first)
        return self.buffers[-1].values()[:, : last - first].transpose(1, 2)


class SequenceBuffer:
    """The part [start, end) of a sequence, [1, end - start, C], that grows at its end and is discarded at its start."""

    def __init__(self) -> None:
        self.start, self.end = 0, 0
        self.chunks: list[Tensor] = []

    def append(self, values: Tensor) -> None:
        self.chunks.append(values)
        self.end += values.shape[1]

    def values(self) -> Tensor:
        self.chunks = [torch.cat(self.chunks, 1)]
        return self.chunks[0]

    def discard(self, before: int) -> None:
        """Discard everything before an index, but never the last value."""
        before = min(before, self.end - 1)
        if before > self.start:
            self.chunks = [self.values()[:, before - self.start :]]
            self.start = before
