"""Facial motion of the starter family: articulation from the entangled latents, liveliness from the sound.

Enters articulation [1, F, 8] and the speech; leaves FaceMotion [1, ceil(seconds * fps), 17].
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..bundles import FaceMotion, Speech
from ..face.liveliness import Liveliness
from ..face.speech_energy import phrase_ends, speech_energy
from ..model import FaceControls
from ..timing import frame_count


def face_motion(articulation: Tensor, speech: Speech, controls: FaceControls, fps: float) -> FaceMotion:
    """Motion for every frame of the speech."""
    frames = frame_count(speech.waveform.shape[-1], speech.sample_rate, fps)
    energy, speaking = speech_energy(speech.waveform[0, 0].cpu(), speech.sample_rate, fps)
    lively = Liveliness(controls, fps, frames).advance(energy, phrase_ends(speaking), speaking)
    return FaceMotion(torch.cat([_fit(articulation, frames), lively[None]], -1), fps)


def _fit(articulation: Tensor, frames: int) -> Tensor:
    """Windows hold every frame but for rounding at the end: hold the last one, or drop what is over."""
    missing = max(0, frames - articulation.shape[1])
    return F.pad(articulation.transpose(1, 2), (0, missing), mode="replicate").transpose(1, 2)[:, :frames]
