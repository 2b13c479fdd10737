"""A narration whose speech is known -> pieces of frames, each with the sound that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..bundles import Narration, NarrationPiece


def pieces_of(narration: Narration) -> Iterator[NarrationPiece]:
    """One piece for each window of frames; the last one takes what is left of the sound."""
    waveform, rate = narration.speech.waveform, narration.speech.sample_rate
    fps, frames, samples = Fraction(narration.fps).limit_denominator(1001), 0, 0
    for window in narration.windows():
        frames += len(window)
        until = waveform.shape[-1] if frames >= narration.frames else int(frames / fps * rate)
        yield NarrationPiece(window, waveform[..., samples:until], rate, narration.fps)
        samples = until
