"""A narration while it is being made: every window's sound and frames as soon as they are known.

Enter entangled windows, lazily; leave pieces of motion with the sound they belong to, and from them frames. The joined
pieces equal what the stages make of all windows at once, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor

from ...bundles import (
    Entangled,
    FaceMotion,
    NarrationPiece,
    Portrait,
)
from ...face.warp import WarpDecoder
from ...model import FaceControls
from ...motion_channels import ARTICULATION
from ...timing import SAMPLE_RATE
from .motion import MotionStream


class WindowStream:
    """Windows go to the speech decoder; what the mouth does meanwhile waits in ``mouth``."""

    def __init__(self, windows: Iterable[Entangled], speech: Callable[[Entangled], Tensor], face: Callable) -> None:
        self.windows, self.speech, self.face = windows, speech, face
        self.waiting = [torch.empty(1, 0, len(ARTICULATION))]

    def latents(self) -> Iterator[Tensor]:
        """Speech latents [1, t, 100] of each window."""
        for window in self.windows:
            self.waiting.append(self.face(window))
            yield self.speech(window)

    def mouth(self) -> Tensor:
        """Articulation [1, f, 8] that came since the last call."""
        new = torch.cat(self.waiting, 1)
        self.waiting = [new[:, :0]]
        return new


@torch.inference_mode()
def stream_pieces(
    sounds: Iterable[Tensor], mouth: Callable[[], Tensor], portrait: Portrait, controls: FaceControls, fps: float
) -> Iterator[NarrationPiece]:
    """Pieces of sound [1, 1, S] and the articulation known by then -> frames, each piece with its own sound."""
    motion, decoder = MotionStream(controls, SAMPLE_RATE, fps), None
    waiting, frames, samples = torch.empty(1, 1, 0), 0, 0
    for sound, last in _and_end(sounds):
        waiting = torch.cat([waiting, sound], -1)
        values = motion.advance(mouth(), sound[0, 0], last)
        if not values.shape[1]:
            continue
        decoder = decoder or WarpDecoder(portrait)
        for part in values.split(decoder.window, 1):
            frames += part.shape[1]
            length = round(frames * SAMPLE_RATE / fps) - samples
            heard, waiting, samples = waiting[..., :length], waiting[..., length:], samples + length
            yield NarrationPiece(decoder.render(part[0]), heard, SAMPLE_RATE, fps, FaceMotion(part, fps))


def _and_end(sounds: Iterable[Tensor]) -> Iterator[tuple[Tensor, bool]]:
    """Every piece, then an empty one that is the last."""
    for sound in sounds:
        yield sound.cpu(), False
    yield torch.empty(1, 1, 0), True
