"""Idle motion, the EXPRESSION channels: a seeded, streaming generator of blinks, gaze, brows, smile and head pose.

Enters: per frame, the speech's energy 0..1, phrase ends and pauses (core.face.speech_energy). Leaves: values [F, 9]
in the units of core.motion_channels. State is kept between calls and every random number belongs to a frame, so chunks
of any size give the same values, and the seed determines them all. Motion starts from the portrait's own pose.
"""

from __future__ import annotations

import math
from random import Random

import torch
from torch import Tensor

from ..motion_channels import EXPRESSION
from ..settings import FaceControls
from .blinks import BlinkMotion
from .easing import ease_in_out
from .gaze import GazeMotion
from .head_gestures import (
    AccentDetector,
    Posture,
    Stroke,
    Sway,
)

MAX_HEAD_ANGLE = 0.35  # radians
EASE_IN = 1.0  # seconds from the portrait's pose to full motion
EYE_RANGE = 0.6  # radians of eye rotation that a gaze of 1 stands for
GAZE_STABILIZATION = 0.7  # share of the head's rotation that the eyes undo to stay on the viewer


class IdleMotion:
    """Call ``advance`` chunk by chunk; without ``frames``, ``set_length`` at least half a second before the end."""

    def __init__(self, controls: FaceControls, fps: float, frames: int | None = None):
        self.controls = controls
        self.fps = fps
        self.frame = 0
        self.blinks = BlinkMotion(controls.blink_rate, math.inf, self._random("blink"))
        if frames is not None:
            self.set_length(frames)
        self.gaze = GazeMotion(1 / fps, self._random("gaze"))
        self.head = HeadMotion(1 / fps, self._random("head"))
        self.brows = BrowMotion(self._random("brows"))
        self.smile = SmileMotion(self._random("smile"))
        self.accents = AccentDetector(1 / fps)
        self.after_phrase_end = False

    def advance(self, energy: Tensor, phrase_end: Tensor, speaking: Tensor) -> Tensor:
        """The next F frames: energy [F], phrase_end [F] bool, speaking [F] bool -> values [F, 9]."""
        frames = zip(energy.tolist(), phrase_end.tolist(), speaking.tolist(), strict=True)
        values = [self._frame(*frame) for frame in frames]
        return torch.tensor(values, dtype=torch.float32).reshape(-1, len(EXPRESSION))

    def set_length(self, frames: int) -> None:
        """Set the clip's number of frames, so that the last blink ends in time."""
        self.blinks.end = frames / self.fps

    def _random(self, name: str) -> Random:
        return Random(f"{self.controls.seed} {name}")

    def _frame(self, energy: float, phrase_end: bool, speaking: bool) -> tuple[float, ...]:
        """One frame's values in the order of EXPRESSION."""
        time = self.frame / self.fps
        self.frame += 1
        phrase_ends = phrase_end and not self.after_phrase_end
        self.after_phrase_end = phrase_end
        accent = self.accents.step(time, energy)
        ease = ease_in_out(time / EASE_IN)
        head = ease * self.controls.head_motion
        expression = ease * self.controls.expression

        blink = self.blinks.step(time, phrase_ends)
        yaw, pitch, roll = (soft_limit(head * angle) for angle in self.head.step(time, accent, phrase_ends, speaking))
        brow = expression * self.brows.step(time, accent, phrase_ends)
        smile = expression * self.smile.step(time, phrase_ends)
        look_x, look_y = self.gaze.step(time, phrase_ends)
        gaze_x = ease * self.controls.gaze_x + expression * look_x - GAZE_STABILIZATION * yaw / EYE_RANGE
        gaze_y = ease * self.controls.gaze_y + expression * look_y - GAZE_STABILIZATION * pitch / EYE_RANGE
        return (blink, blink, clip(gaze_x), clip(gaze_y), clip(brow), clip(smile), yaw, pitch, roll)


class HeadMotion:
    """Yaw, pitch and roll in radians: sway, postures that change between phrases, and nods on accents."""

    SWAY = (0.022, 0.014, 0.012)  # standard deviations

    def __init__(self, step_seconds: float, random: Random):
        self.random = random
        self.sways = [Sway(0.08, 0.6, random) for _ in self.SWAY]
        self.postures = [Posture(spread, random) for spread in (0.035, 0.012, 0.022)]
        self.nod = Stroke(rebound=0.5)
        self.decay = math.exp(-step_seconds / 0.6)
        self.activity = 0.6

    def step(self, time: float, accent: float, phrase_end: bool, speaking: bool) -> tuple[float, float, float]:
        goal = 1.0 if speaking else 0.6
        self.activity = goal + (self.activity - goal) * self.decay
        if accent and self.random.random() < 0.45:
            self.nod.begin(time, self.random.uniform(0.4, 0.6), 0.025 + 0.03 * accent)
        if phrase_end:
            self.nod.begin(time, self.random.uniform(0.6, 0.9), self.random.uniform(0.02, 0.06))
            for posture in self.postures:
                posture.shift(time)
        sways = zip(self.SWAY, self.sways, self.postures, strict=True)
        yaw, pitch, roll = (self.activity * size * sway.at(time) + posture.at(time) for size, sway, posture in sways)
        return yaw, pitch + self.nod.at(time), roll


class BrowMotion:
    """Brow raise: slow sway about rest, and raises on some accents and phrase ends."""

    def __init__(self, random: Random):
        self.random = random
        self.sway = Sway(0.05, 0.3, random)
        self.stroke = Stroke()

    def step(self, time: float, accent: float, phrase_end: bool) -> float:
        if (accent and self.random.random() < 0.22) or (phrase_end and self.random.random() < 0.35):
            self.stroke.begin(time, self.random.uniform(0.5, 0.9), self.random.uniform(0.2, 0.5))
        return 0.06 * self.sway.at(time) + self.stroke.at(time)


class SmileMotion:
    """Mouth corners: slow sway about rest, slightly raised after some phrases."""

    def __init__(self, random: Random):
        self.random = random
        self.sway = Sway(0.04, 0.25, random)
        self.stroke = Stroke()

    def step(self, time: float, phrase_end: bool) -> float:
        if phrase_end and self.random.random() < 0.5:
            self.stroke.begin(time, self.random.uniform(1.2, 2.0), self.random.uniform(0.1, 0.25))
        return 0.05 * self.sway.at(time) + self.stroke.at(time)


def soft_limit(angle: float) -> float:
    """Saturate an angle softly within the range that the renderer handles well."""
    return MAX_HEAD_ANGLE * math.tanh(angle / MAX_HEAD_ANGLE)


def clip(value: float) -> float:
    return min(max(value, -1.0), 1.0)
