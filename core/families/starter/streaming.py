"""A narration while it is being made: frames and sound of every segment as soon as they are known.

Enter segments and the sound made of them, both lazily; leave media chunks. Joined, they equal what the stages make of
all segments at once, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor

from ...bundles import (
    Entangled,
    MediaChunk,
    Portrait,
    SpeechChunk,
)
from ...face.warp import WarpDecoder
from ...media.chunks import SoundSlicer, split_sound
from ...motion_channels import ARTICULATION
from ...progress import Progress, ProgressCallback, Stage
from ...segment_tap import SegmentTap
from ...settings import FaceControls
from ...timing import SAMPLE_RATE
from .bundles import StarterSegment
from .motion import MotionStream


@torch.inference_mode()
def stream_chunks(
    segments: SegmentTap,
    sounds: Iterable[SpeechChunk],
    articulate: Callable[[Entangled], Tensor],
    portrait: Portrait,
    controls: FaceControls,
    fps: float,
    progress: ProgressCallback,
) -> Iterator[MediaChunk]:
    """Chunks of sound [1, 1, S] and the articulation [1, F, 8] of the segments that made them -> media chunks."""
    motion, slicer, expected = MotionStream(controls, SAMPLE_RATE, fps), SoundSlicer(SAMPLE_RATE, fps), _Expected()
    decoder, sound, notes, done = WarpDecoder(portrait), torch.empty(1, 1, 0), (), 0
    for chunk, last in _with_end(sounds):
        sound, notes = torch.cat([sound, chunk.waveform], -1), notes + chunk.notes
        fresh = [articulate(expected.counted(segment)) for segment in segments.take()]
        articulation = torch.cat([torch.empty(1, 0, len(ARTICULATION)), *fresh], 1)
        values = motion.advance(articulation, chunk.waveform[0, 0], last)  # [1, F, 17]
        for part in values.split(decoder.chunk_frames, 1) if values.shape[1] else ():
            done += part.shape[1]
            head, sound = split_sound(sound, slicer.advance(part.shape[1]))
            progress(Progress(Stage.FRAMES, done, max(done, expected.frames(segments.total))))
            yield MediaChunk(decoder.render(part[0]), head, SAMPLE_RATE, fps, notes)
            notes = ()
    progress(Progress(Stage.FRAMES, done, done))


class _Expected:
    """How many frames a narration will have, judged by the segments so far."""

    def __init__(self) -> None:
        self._segments = self._frames = 0

    def counted(self, segment: Entangled) -> Entangled:
        if isinstance(segment, StarterSegment):
            self._segments, self._frames = self._segments + 1, self._frames + segment.frames
        return segment

    def frames(self, segments: int) -> int:
        return round(self._frames * segments / max(1, self._segments))


def _with_end(sounds: Iterable[SpeechChunk]) -> Iterator[tuple[SpeechChunk, bool]]:
    """Every chunk, then an empty one that is the last."""
    for sound in sounds:
        yield sound, False
    yield SpeechChunk(torch.empty(1, 1, 0), SAMPLE_RATE), True
