"""The colour of a voice, its long-term average spectrum: log-mel [B, 100, T] -> mean over the speech in it, [B, 100].

What the speech decoder makes of a voice that training never met keeps some of the colour of those it did meet. The
difference to the sample's colour can be heard once and given back ever after (equalisation by long-term average
spectra; the mean half of the cepstral normalisation of speech recognition, Atal 1974). Only a smooth curve is given:
the finer detail of a few seconds is that of their sounds.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .mel import N_MELS
from .noise import without_noise

RANGE = 7.0  # nepers of power (30 dB) below the loudest frame in which frames count as speech
LEAST_LEFT = 0.5  # of a magnitude that noise is taken from: what noise has covered is not known to be silent
COSINES = 20  # of the curve that is given back
MOST = 1.2  # nepers of magnitude, 10 dB


def voice_colour(mel: Tensor) -> Tensor:
    """Mean log magnitudes [B, 100] of the frames of ``mel`` [B, 100, T] that hold speech."""
    level = (2 * mel).logsumexp(1)  # [B, T]
    speech = (level > level.amax(-1, keepdim=True) - RANGE).to(mel)
    return (mel * speech[:, None]).sum(-1) / speech.sum(-1, keepdim=True)


def sample_colour(mel: Tensor, noise: Tensor) -> Tensor:
    """Colour [B, 100] of a recording's log-mel [B, 100, T] without its steady ``noise`` [100, 1] (core.voice.noise)."""
    return voice_colour(torch.maximum(without_noise(mel, noise), mel + math.log(LEAST_LEFT)))


def missing_colour(wanted: Tensor, made: Tensor) -> Tensor:
    """What speech of the colour ``made`` [B, 100] must be given to have the ``wanted`` one: a smooth curve [B, 100]."""
    place = math.pi * (torch.arange(N_MELS, device=made.device) + 0.5) / N_MELS
    waves = torch.stack([(number * place).cos() for number in range(COSINES)])  # [20, 100]
    waves = waves / waves.norm(dim=1, keepdim=True)
    return ((wanted - made) @ waves.T @ waves).clamp(-MOST, MOST)


def coloured(latents: Tensor, given: Tensor | None) -> Tensor:
    """Speech latents [B, t, 100 + ...] with ``given`` [B, 100] added to their log-mels; None changes nothing."""
    if given is None:
        return latents
    return torch.cat([latents[..., :N_MELS] + given[:, None], latents[..., N_MELS:]], -1)
