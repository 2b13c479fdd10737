"""What the face hears: loudness and pauses of speech, frame by frame.

``SpeechEnergy``: pieces of waveform -> energy [F] 0..1 (0 silence, 1 the loudest syllables; the recording's own level
does not matter), speaking [F] bool, and phrase_end [F] bool, true on the last frame before each pause. A frame is compared
with the loudest syllables of the ten seconds before and the second and a half after it, so however the sound is cut
into pieces every frame gets the same values, and F = ceil(seconds * fps) in the end.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..timing import frame_count

RANGE_DB = 30.0  # a frame this far below the loudest syllables has energy 0
PAUSE_DB = 24.0  # and this far below is a pause
SILENCE_DB = -70.0  # of full scale: nothing below is speech, however it compares
PAUSE_SECONDS = 0.2  # shorter gaps are stop closures
PAST_SECONDS, AHEAD_SECONDS = 10.0, 1.5  # where the loudest syllables are looked for
LEAST_FALL_DB = 6.0  # what long pauses may turn the comparison down by: they hold no speech
BLOCK = 2048  # frames that are compared at once


class SpeechEnergy:
    """Call ``advance`` piece by piece; the last call says so and brings the rest."""

    def __init__(self, sample_rate: int, fps: float) -> None:
        self.sample_rate, self.fps = sample_rate, fps
        self.half = round(sample_rate / fps / 2)
        self.past, self.ahead = round(PAST_SECONDS * fps), math.ceil(AHEAD_SECONDS * fps)
        self.gap = round(PAUSE_SECONDS * fps)
        self.sound, self.sound_start, self.samples = torch.empty(0), 0, 0
        self.level = self.energy = torch.empty(0)
        self.loud = torch.empty(0, dtype=torch.bool)
        self.best = SILENCE_DB
        self.settled_frames = 0

    def advance(self, sound: Tensor, last: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """Samples [S] -> (energy, speaking, phrase_end) of the frames that are settled by now and were not before."""
        self.sound, self.samples = torch.cat([self.sound, sound]), self.samples + len(sound)
        self._measure(last)
        self._compare(last)
        until = len(self.loud) if last else max(self.settled_frames, len(self.loud) - self.gap - 1)
        speaking = self._without_gaps(until + 1)
        energy, settled_frames = self.energy[self.settled_frames : until], until - self.settled_frames
        self.settled_frames = until
        return energy, speaking[:settled_frames], phrase_ends(speaking)[:settled_frames]

    def _edge(self, frame: int) -> int:
        return round(frame * self.sample_rate / self.fps)

    def _measure(self, last: bool) -> None:
        """RMS in dB of full scale over two frames' length around each frame's centre."""
        levels: list[float] = []
        frame = len(self.level)
        total = frame_count(self.samples, self.sample_rate, self.fps)
        while frame < total and (last or self._edge(frame + 1) + self.half <= self.samples):
            heard = slice(max(self._edge(frame) - self.half, 0), self._edge(frame + 1) + self.half)
            part = self.sound[heard.start - self.sound_start : heard.stop - self.sound_start].double()
            levels.append(10 * math.log10(max(float(part.square().mean()) if len(part) else 0.0, 1e-12)))
            frame += 1
        self.level = torch.cat([self.level, torch.tensor(levels)])
        start = max(self.sound_start, self._edge(frame) - self.half)
        self.sound, self.sound_start = self.sound[start - self.sound_start :], start

    def _compare(self, last: bool) -> None:
        """Energy of the frames whose surroundings are known."""
        settled = len(self.level) if last else max(len(self.loud), len(self.level) - self.ahead)
        for first in range(len(self.loud), settled, BLOCK):
            end = min(first + BLOCK, settled)
            around = functional.pad(self.level, (self.past, self.ahead), value=math.nan)
            around = around[first : end + self.past + self.ahead].unfold(0, self.past + 1 + self.ahead, 1)
            reference = self._reference(around.nanquantile(0.95, dim=1).clamp_min(SILENCE_DB))
            below = self.level[first:end] - reference
            self.energy = torch.cat([self.energy, (below / RANGE_DB + 1).clamp(0, 1)])
            self.loud = torch.cat([self.loud, (below > -PAUSE_DB) & (self.level[first:end] > SILENCE_DB)])

    def _reference(self, loudest: Tensor) -> Tensor:
        """``loudest`` [n], but never far below what was heard before."""
        best = loudest.cummax(0).values.clamp_min(self.best)
        self.best = float(best[-1])
        return torch.maximum(loudest, best - LEAST_FALL_DB)

    def _without_gaps(self, until: int) -> Tensor:
        """Whether frames [told, until) belong to speech: pauses of at most ``gap`` frames within it are filled."""
        first = max(0, self.settled_frames - self.gap)
        loud = self.loud[first : until + self.gap].float()[None]
        if not loud.numel():
            return self.loud[:0]
        wide = functional.max_pool1d(functional.pad(loud, (self.gap, self.gap)), self.gap + 1, 1)
        return (-functional.max_pool1d(-wide, self.gap + 1, 1)[0] > 0.5)[self.settled_frames - first : until - first]


def phrase_ends(speaking: Tensor) -> Tensor:
    """The last speaking frame before each pause and at the end: [F] bool."""
    following = functional.pad(speaking[1:], (0, 1), value=False)
    return speaking & ~following
