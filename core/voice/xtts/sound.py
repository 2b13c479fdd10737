"""Latents of sentences [1, n, C] -> sound [1, 1, S] at 24 kHz, all at once or while the sentences are being decoded.

Both ways give the same samples bit for bit: vocoder frames depend only on their position, and the vocoder decodes the
chunks of a fixed grid (core.voice.xtts.vocoder_frames, core.voice.xtts.vocoder).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ...progress import (
    Progress,
    ProgressCallback,
    Stage,
    ignore,
)
from ...settings import SpeechSampling
from .decoding import (
    DecodedCodes,
    DecodingRequest,
    decode_stream,
    max_codes,
)
from .frame_queue import FrameQueue
from .nets import XTTSNets
from .vocoder import CONTEXT, Vocoder, chunk_grid
from .vocoder_frames import vocoder_frames

FADE_SAMPLES = 120  # 5 ms, where speech was cut off


@dataclass(frozen=True)
class SoundChunk:
    """The next sound [1, 1, S] of the sentence ``row``; an empty one at its end brings the ``result``."""

    row: int
    sound: Tensor
    result: DecodedCodes | None = None


@torch.inference_mode()
def sentence_sound(vocoder: Vocoder, latents: Tensor, speaker: Tensor, cut_off: bool = False) -> Tensor:
    """Latents [1, n, C] of one sentence -> [1, 1, S], in flat memory; faded out if it was ``cut_off``."""
    whole = torch.cat(list(vocoder.chunks(vocoder_frames(latents), speaker)), -1)
    return fade_out(whole) if cut_off else whole


@torch.inference_mode()
def stream_batch(
    nets: XTTSNets,
    requests: Sequence[DecodingRequest],
    speakers: Sequence[Tensor],
    sampling: SpeechSampling,
    speeds: Sequence[float],
    progress: ProgressCallback = ignore,
) -> Iterator[SoundChunk]:
    """Sentences decoded as one batch: the first sounds while it is decoded, each later one when its turn comes."""
    row, sound = 0, SentenceSound(nets.vocoder, speakers[0], speeds[0])
    for count, results in enumerate(decode_stream(nets.gpt, requests, sampling), 1):
        progress(Progress(Stage.DECODE_SPEECH, count, max_codes(requests)))
        while row < len(requests):
            result, limit = results[row], requests[row].max_new_tokens
            done = result.finished or len(result.codes) == limit
            for chunk in sound.advance(result, done):
                yield SoundChunk(row, chunk)
            if not done:
                break
            yield SoundChunk(row, result.latents[0].new_zeros(1, 1, 0), result)
            row += 1
            if row < len(requests):
                sound = SentenceSound(nets.vocoder, speakers[row], speeds[row])


class SentenceSound:
    """The sound of one sentence as its latents arrive."""

    def __init__(self, vocoder: Vocoder, speaker: Tensor, speed: float) -> None:
        self._vocoder, self._speaker = vocoder, speaker
        self._queue, self._grid, self._pushed = FrameQueue(speed), chunk_grid(), 0
        self._first, self._last = next(self._grid)

    def advance(self, result: DecodedCodes, done: bool) -> Iterator[Tensor]:
        """Every chunk [1, 1, S] whose frames are final by now; after ``done`` no more latents may follow."""
        queue = self._queue
        queue.push(torch.stack(result.latents[self._pushed :])[None], done)
        self._pushed = len(result.latents)
        while self._first < queue.known and (done or self._last + CONTEXT <= queue.known):
            first, last = self._first, self._last
            start, end = max(0, first - CONTEXT), min(queue.known, last + CONTEXT)
            frames = queue.between(start, end)
            sound = self._vocoder.chunk(frames, self._speaker, first - start, min(last, queue.known) - start)
            self._first, self._last = next(self._grid)
            cut_off = done and self._first >= queue.known and not result.finished
            yield fade_out(sound) if cut_off else sound


def fade_out(sound: Tensor) -> Tensor:
    """The last 5 ms of [1, 1, S] fall to silence, so that speech that was cut off ends without a click."""
    length = min(FADE_SAMPLES, sound.shape[-1])
    ramp = torch.ones_like(sound)
    ramp[..., sound.shape[-1] - length :] = torch.linspace(1, 0, length, device=sound.device)
    return sound * ramp
