"""A narration whose speech is known -> media chunks: frames, each with the sound that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from torch import Tensor

from ..bundles import MediaChunk, Narration
from ..progress import ProgressCallback, ignore

MAX_DENOMINATOR = 1001  # of a frame rate, as in 30000/1001


def exact_rate(fps: float) -> Fraction:
    """A frame rate as a fraction."""
    return Fraction(fps).limit_denominator(MAX_DENOMINATOR)


class SoundSlicer:
    """Cuts a sound along the frames of a video: frame n ends at sample int(n / fps * rate), so nothing drifts."""

    def __init__(self, sample_rate: int, fps: float) -> None:
        self._rate, self._fps = sample_rate, exact_rate(fps)
        self._frames = self._samples = 0

    def advance(self, frames: int) -> int:
        """How many samples belong to the next ``frames`` frames."""
        self._frames += frames
        before, self._samples = self._samples, int(self._frames / self._fps * self._rate)
        return self._samples - before


def media_chunks(narration: Narration, progress: ProgressCallback = ignore) -> Iterator[MediaChunk]:
    """One chunk for each chunk of frames; the last one takes what is left of the sound."""
    slicer = SoundSlicer(narration.speech.sample_rate, narration.fps)
    sound, frames, notes = narration.speech.waveform, 0, narration.notes
    for chunk in narration.chunks(progress):
        frames += len(chunk)
        length = sound.shape[-1] if frames >= narration.frame_count else slicer.advance(len(chunk))
        head, sound = split_sound(sound, length)
        yield MediaChunk(chunk, head, narration.speech.sample_rate, narration.fps, notes)
        notes = ()


def split_sound(sound: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """The first ``length`` samples of [B, C, S], and the rest."""
    return sound[..., :length], sound[..., length:]
