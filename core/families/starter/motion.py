"""Facial motion of the starter: articulation from the entangled latents, idle motion from the sound.

Enter articulation [1, F, 8] and samples [S], as they become known; leaves motion [1, F, 17], ceil(seconds * fps) frames
in all. The motion does not depend on how both are cut into chunks.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ...bundles import FaceMotion, Speech
from ...face.idle_motion import IdleMotion
from ...face.speech_energy import SpeechEnergy
from ...motion_channels import ARTICULATION, EXPRESSION
from ...settings import FaceControls
from ...timing import frame_count


class MotionStream:
    """Call ``advance`` with what is new; the last call returns the rest."""

    def __init__(self, controls: FaceControls, sample_rate: int, fps: float) -> None:
        self.speech_energy = SpeechEnergy(sample_rate, fps)
        self.idle_motion = IdleMotion(controls, fps)
        self.waiting_mouth, self.waiting_face = torch.empty(1, 0, len(ARTICULATION)), torch.empty(0, len(EXPRESSION))
        self.frames = 0

    def advance(self, articulation: Tensor, sound: Tensor, last: bool = False) -> Tensor:
        """New articulation [1, f, 8] and samples [S] -> motion [1, F, 17] of the frames that are settled by now."""
        energy, speaking, phrase_end = self.speech_energy.advance(sound, last)
        mouth = torch.cat([self.waiting_mouth, articulation], 1)
        if last:
            total = frame_count(self.speech_energy.samples, self.speech_energy.sample_rate, self.speech_energy.fps)
            self.idle_motion.set_length(total)
            mouth = _held(mouth, total - self.frames)
        face = torch.cat([self.waiting_face, self.idle_motion.advance(energy, phrase_end, speaking)])
        ready = min(mouth.shape[1], len(face))
        self.waiting_mouth, self.waiting_face = mouth[:, ready:], face[ready:]
        self.frames += ready
        return torch.cat([mouth[:, :ready], face[None, :ready]], -1)


def face_motion(articulation: Tensor, speech: Speech, controls: FaceControls, fps: float) -> FaceMotion:
    """Motion for every frame of a whole speech."""
    stream = MotionStream(controls, speech.sample_rate, fps)
    return FaceMotion(stream.advance(articulation, speech.waveform[0, 0].cpu(), last=True), fps)


def _held(articulation: Tensor, frames: int) -> Tensor:
    """Segments cover every frame but for rounding at the end: repeat the last one, or drop what is over."""
    missing = max(0, frames - articulation.shape[1])
    if not articulation.shape[1]:
        return articulation.new_zeros(1, frames, articulation.shape[2])
    return F.pad(articulation.transpose(1, 2), (0, missing), mode="replicate").transpose(1, 2)[:, :frames]
