"""The EXPRESSION channels: a seeded, streaming generator of blinks, gaze, brows, smile and head pose.

Enters: per frame, the speech's energy 0..1, phrase ends and pauses (core.face.speech_energy). Leaves: values [F, 9]
in the units of core.motion_channels. State is kept between calls and every draw belongs to a frame, so windows of any
size give the same values; the seed decides everything. Motion grows out of the portrait's own pose.
"""

from __future__ import annotations

import math
from random import Random

import torch
from torch import Tensor

from ..model import FaceControls
from ..motion_channels import EXPRESSION
from .blinking import Blinking, smooth
from .gazing import Gazing
from .head_gestures import (
    Accents,
    Posture,
    Pulse,
    Sway,
)

HEAD_LIMIT = 0.35  # radians
EASE_IN = 1.0  # seconds from the portrait's pose to full motion
EYE_RANGE = 0.6  # radians of eye rotation that a gaze of 1 stands for
STEADY_EYES = 0.7  # share of the head's rotation that the eyes take back to stay on the viewer


class IdleMotion:
    """Call ``advance`` window by window, and ``ends_at`` half a second or more before the end."""

    def __init__(self, controls: FaceControls, fps: float, frames: int | None = None):
        self.controls = controls
        self.fps = fps
        self.frame = 0
        self.blinking = Blinking(controls.blink_rate, math.inf, self._random("blink"))
        if frames is not None:
            self.ends_at(frames)
        self.gazing = Gazing(1 / fps, self._random("gaze"))
        self.head = HeadMotion(1 / fps, self._random("head"))
        self.brows = Brows(self._random("brows"))
        self.smile = Smile(self._random("smile"))
        self.accents = Accents(1 / fps)
        self.phrase_ended = False

    def advance(self, energy: Tensor, phrase_end: Tensor, speaking: Tensor) -> Tensor:
        """The next F frames: energy [F], phrase_end [F] bool, speaking [F] bool -> values [F, 9]."""
        heard = zip(energy.tolist(), phrase_end.tolist(), speaking.tolist(), strict=True)
        values = [self._frame(*frame) for frame in heard]
        return torch.tensor(values, dtype=torch.float32).reshape(-1, len(EXPRESSION))

    def ends_at(self, frames: int) -> None:
        """The clip's total of frames, that the last blink may end in time."""
        self.blinking.end = frames / self.fps

    def _random(self, name: str) -> Random:
        return Random(f"{self.controls.seed} {name}")

    def _frame(self, energy: float, phrase_end: bool, speaking: bool) -> tuple[float, ...]:
        """One frame's values in the order of EXPRESSION."""
        time = self.frame / self.fps
        self.frame += 1
        ended = phrase_end and not self.phrase_ended
        self.phrase_ended = phrase_end
        accent = self.accents.step(time, energy)
        ease = smooth(time / EASE_IN)
        head = ease * self.controls.head_motion
        expression = ease * self.controls.expression

        blink = self.blinking.step(time, ended)
        yaw, pitch, roll = (soft_limit(head * angle) for angle in self.head.step(time, accent, ended, speaking))
        brow = expression * self.brows.step(time, accent, ended)
        smile = expression * self.smile.step(time, ended)
        look_x, look_y = self.gazing.step(time, ended)
        gaze_x = ease * self.controls.gaze_x + expression * look_x - STEADY_EYES * yaw / EYE_RANGE
        gaze_y = ease * self.controls.gaze_y + expression * look_y - STEADY_EYES * pitch / EYE_RANGE
        return (blink, blink, clip(gaze_x), clip(gaze_y), clip(brow), clip(smile), yaw, pitch, roll)


class HeadMotion:
    """Yaw, pitch and roll in radians: sway, postures that change between phrases, and nods on accents."""

    SWAY = (0.022, 0.014, 0.012)

    def __init__(self, step_seconds: float, random: Random):
        self.random = random
        self.sways = [Sway(0.08, 0.6, random) for _ in self.SWAY]
        self.postures = [Posture(spread, random) for spread in (0.035, 0.012, 0.022)]
        self.nod = Pulse(rebound=0.5)
        self.calm = math.exp(-step_seconds / 0.6)
        self.activity = 0.6

    def step(self, time: float, accent: float, phrase_end: bool, speaking: bool) -> tuple[float, float, float]:
        goal = 1.0 if speaking else 0.6
        self.activity = goal + (self.activity - goal) * self.calm
        if accent and self.random.random() < 0.45:
            self.nod.begin(time, self.random.uniform(0.4, 0.6), 0.025 + 0.03 * accent)
        if phrase_end:
            self.nod.begin(time, self.random.uniform(0.6, 0.9), self.random.uniform(0.02, 0.06))
            for posture in self.postures:
                posture.shift(time)
        sways = zip(self.SWAY, self.sways, self.postures, strict=True)
        yaw, pitch, roll = (self.activity * size * sway.at(time) + posture.at(time) for size, sway, posture in sways)
        return yaw, pitch + self.nod.at(time), roll


class Brows:
    """Brow raise: a slow drift about rest and raises on some accents and phrase ends."""

    def __init__(self, random: Random):
        self.random = random
        self.sway = Sway(0.05, 0.3, random)
        self.raise_ = Pulse()

    def step(self, time: float, accent: float, phrase_end: bool) -> float:
        if (accent and self.random.random() < 0.22) or (phrase_end and self.random.random() < 0.35):
            self.raise_.begin(time, self.random.uniform(0.5, 0.9), self.random.uniform(0.2, 0.5))
        return 0.06 * self.sway.at(time) + self.raise_.at(time)


class Smile:
    """Mouth corners: a slow drift about rest, a little up after some phrases."""

    def __init__(self, random: Random):
        self.random = random
        self.sway = Sway(0.04, 0.25, random)
        self.warmth = Pulse()

    def step(self, time: float, phrase_end: bool) -> float:
        if phrase_end and self.random.random() < 0.5:
            self.warmth.begin(time, self.random.uniform(1.2, 2.0), self.random.uniform(0.1, 0.25))
        return 0.05 * self.sway.at(time) + self.warmth.at(time)


def soft_limit(angle: float) -> float:
    """Ease an angle into the range that the decoder renders well."""
    return HEAD_LIMIT * math.tanh(angle / HEAD_LIMIT)


def clip(value: float) -> float:
    return min(max(value, -1.0), 1.0)
