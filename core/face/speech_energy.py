"""Speech energy for idle motion: loudness and pauses, frame by frame.

Enters: the waveform, chunk by chunk. Leaves: energy [F] 0..1 (0 silence, 1 the loudest syllables; the recording's own
level does not matter), speaking [F] bool, and phrase_end [F] bool, true on the last frame before each pause. A frame is
compared with the loudest syllables of the ten seconds before it and the second and a half after it, so every frame
gets the same values however the sound is cut into chunks, and F = ceil(seconds * fps) in the end.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..timing import frame_count

RANGE_DB = 30.0  # a frame this far below the loudest syllables has energy 0
PAUSE_DB = 24.0  # and one this far below them is a pause
SILENCE_DB = -70.0  # of full scale: nothing below counts as speech
MAX_CLOSURE_SECONDS = 0.2  # shorter gaps are stop closures, no pauses
PAST_SECONDS, AHEAD_SECONDS = 10.0, 1.5  # where the loudest syllables are looked for
MAX_REFERENCE_DROP_DB = 6.0  # how far the reference may fall in long pauses, which hold no speech
QUANTILE = 0.95  # of the levels around a frame: its reference
FRAMES_AT_ONCE = 2048  # bounds memory


class SpeechEnergy:
    """Call ``advance`` chunk by chunk; the last call, with ``last``, returns the remaining frames."""

    def __init__(self, sample_rate: int, fps: float) -> None:
        self.sample_rate, self.fps = sample_rate, fps
        self.margin = round(sample_rate / fps / 2)  # samples measured beyond a frame on either side
        self.past, self.ahead = round(PAST_SECONDS * fps), math.ceil(AHEAD_SECONDS * fps)
        self.max_closure = round(MAX_CLOSURE_SECONDS * fps)
        self.sound, self.sound_start, self.samples = torch.empty(0), 0, 0
        self.level = self.energy = torch.empty(0)
        self.loud = torch.empty(0, dtype=torch.bool)
        self.highest_reference = SILENCE_DB
        self.returned = 0  # frames

    def advance(self, sound: Tensor, last: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """Samples [S] -> (energy, speaking, phrase_end) of the frames that became settled with them."""
        self.sound, self.samples = torch.cat([self.sound, sound]), self.samples + len(sound)
        self._measure(last)
        self._compare(last)
        end = len(self.loud) if last else max(self.returned, len(self.loud) - self.max_closure - 1)
        speaking = self._speaking(end + 1)
        energy, count = self.energy[self.returned : end], end - self.returned
        self.returned = end
        return energy, speaking[:count], phrase_ends(speaking)[:count]

    def _edge(self, frame: int) -> int:
        return round(frame * self.sample_rate / self.fps)

    def _measure(self, last: bool) -> None:
        """RMS in dB of full scale over two frames' length around each frame's centre."""
        levels: list[float] = []
        frame = len(self.level)
        total = frame_count(self.samples, self.sample_rate, self.fps)
        while frame < total and (last or self._edge(frame + 1) + self.margin <= self.samples):
            first, end = max(self._edge(frame) - self.margin, 0), self._edge(frame + 1) + self.margin
            part = self.sound[first - self.sound_start : end - self.sound_start].double()
            levels.append(10 * math.log10(max(float(part.square().mean()) if len(part) else 0.0, 1e-12)))
            frame += 1
        self.level = torch.cat([self.level, torch.tensor(levels)])
        start = max(self.sound_start, self._edge(frame) - self.margin)
        self.sound, self.sound_start = self.sound[start - self.sound_start :], start

    def _compare(self, last: bool) -> None:
        """Energy of the frames whose surroundings are known."""
        settled = len(self.level) if last else max(len(self.loud), len(self.level) - self.ahead)
        for first in range(len(self.loud), settled, FRAMES_AT_ONCE):
            end = min(first + FRAMES_AT_ONCE, settled)
            around = functional.pad(self.level, (self.past, self.ahead), value=math.nan)
            around = around[first : end + self.past + self.ahead].unfold(0, self.past + 1 + self.ahead, 1)
            reference = self._reference(around.nanquantile(QUANTILE, dim=1).clamp_min(SILENCE_DB))
            relative = self.level[first:end] - reference
            self.energy = torch.cat([self.energy, (relative / RANGE_DB + 1).clamp(0, 1)])
            self.loud = torch.cat([self.loud, (relative > -PAUSE_DB) & (self.level[first:end] > SILENCE_DB)])

    def _reference(self, loudest: Tensor) -> Tensor:
        """``loudest`` [n] dB, but never far below the highest reference so far."""
        highest = loudest.cummax(0).values.clamp_min(self.highest_reference)
        self.highest_reference = float(highest[-1])
        return torch.maximum(loudest, highest - MAX_REFERENCE_DROP_DB)

    def _speaking(self, end: int) -> Tensor:
        """Whether frames [returned, end) belong to speech: gaps of at most ``max_closure`` frames are filled."""
        first = max(0, self.returned - self.max_closure)
        loud = self.loud[first : end + self.max_closure].float()[None]
        if not loud.numel():
            return self.loud[:0]
        width = self.max_closure + 1
        dilated = functional.max_pool1d(functional.pad(loud, (self.max_closure, self.max_closure)), width, 1)
        closed = -functional.max_pool1d(-dilated, width, 1)[0] > 0.5  # erosion
        return closed[self.returned - first : end - first]


def phrase_ends(speaking: Tensor) -> Tensor:
    """The last speaking frame before each pause and at the end: [F] bool."""
    following = functional.pad(speaking[1:], (0, 1), value=False)
    return speaking & ~following
