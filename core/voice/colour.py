"""The colour of a voice, its long-term average spectrum: log-mel [B, 100, T] -> mean over the speech in it, [B, 100].

What the speech decoder makes of a voice that training never met keeps some of the colour of those it did meet. The
difference to the sample's colour is known, so it is given back (equalisation by long-term average spectra; the mean
half of the cepstral normalisation of speech recognition, Atal 1974). Only a smooth curve is given, and little of it
while little has been said: a few sounds do not tell a voice's colour from their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .mel import N_MELS

RANGE = 7.0  # nepers of power (30 dB) below the loudest frame in which frames count as speech
COSINES = 20  # of the curve that is given back
HESITATION = 60  # frames of speech, 0.75 s, after which half of the difference is given back
MOST = 1.2  # nepers of magnitude, 10 dB


def voice_colour(mel: Tensor) -> Tensor:
    """Mean log magnitudes [B, 100] of the frames of ``mel`` [B, 100, T] that hold speech."""
    speech = _speech(mel)
    return (mel * speech[:, None]).sum(-1) / speech.sum(-1, keepdim=True)


@dataclass
class ColourMatch:
    """Gives speech that is made piece by piece the colour ``wanted`` [B, 100]; None leaves it as it is."""

    wanted: Tensor | None
    total: Tensor | float = field(default=0.0, init=False)
    frames: Tensor | float = field(default=0.0, init=False)

    def __call__(self, latents: Tensor) -> Tensor:
        """Speech latents [B, t, 100 + ...] -> the same with log-mels of the wanted colour."""
        if self.wanted is None:
            return latents
        mel, others = latents[..., :N_MELS], latents[..., N_MELS:]
        speech = _speech(mel.transpose(1, 2))  # [B, t]
        self.total = self.total + (mel * speech[..., None]).sum(1)
        self.frames = self.frames + speech.sum(1, keepdim=True)
        trust = self.frames / (self.frames + HESITATION)
        given = _smooth(trust * (self.wanted.to(mel) - self.total / self.frames)).clamp(-MOST, MOST)
        return torch.cat([mel + given[:, None], others], -1)


def _speech(mel: Tensor) -> Tensor:
    """Which frames of log-mel [B, 100, T] hold speech: [B, T], 1 or 0."""
    level = (2 * mel).logsumexp(1)
    return (level > level.amax(-1, keepdim=True) - RANGE).to(mel)


def _smooth(curve: Tensor) -> Tensor:
    """The first COSINES terms of the cosine transform of ``curve`` [B, 100]."""
    place = math.pi * (torch.arange(N_MELS, device=curve.device) + 0.5) / N_MELS
    waves = torch.stack([(number * place).cos() for number in range(COSINES)])  # [20, 100]
    waves = waves / waves.norm(dim=1, keepdim=True)
    return curve @ waves.T @ waves
