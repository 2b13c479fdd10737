"""The colour of a voice: what its spectra are like on average, how far they vary, and how each kind of sound differs.

What the speech decoder makes of a voice that training never met is too close to those it did meet, and too even. The
difference to the sample can be heard once and given back ever after: in mean and deviation (the cepstral normalisation
of speech recognition, Atal 1974, Viikki 1998) and, as far as the sample tells, by kind of sound (codebook mapping, Abe
1988). Only smooth curves are given. A colour is one tensor [B, 11, 20] over cosines: the mean of the speech as it is
made, the mean that it should have, the factor on its deviations, and a step for each of eight kinds of sound.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..audio.mel import N_MELS, frame_levels
from ..audio.noise import with_noise
from .sound_classes import (
    CENTRES,
    COSINES,
    class_shares,
    cosine_waves,
)

ROWS = 3 + len(CENTRES)
ABOVE_NOISE = 1.0  # nepers of power (4 dB) that speech is louder than noise
FACTORS = (0.9, 1.4)  # on deviations
ENOUGH = 30.0  # frames of a kind of sound that speak for half of a step, and frames in all for half of a factor
ROUNDS = 3
MOST = 1.5  # nepers of magnitude, 13 dB


@dataclass(frozen=True)
class Frames:
    """Cosines [B, T, 20] of log-mel frames, and 1 where they hold speech [B, T, 1]."""

    cosines: Tensor
    speech: Tensor

    @property
    def mean(self) -> Tensor:
        """[B, 1, 20]"""
        return (self.cosines * self.speech).sum(1, keepdim=True) / self.speech.sum(1, keepdim=True)

    @property
    def deviation(self) -> Tensor:
        """[B, 1, 20]"""
        squares = (self.cosines - self.mean).square() * self.speech
        return (squares.sum(1, keepdim=True) / self.speech.sum(1, keepdim=True)).sqrt()


def timbre_frames(mel: Tensor, noise: Tensor | None = None) -> Frames:
    """Log-mel [B, 100, T], in noise like [100, n] or in none -> its frames."""
    level, least = frame_levels(mel)  # [B, T], [B, 1]
    if noise is not None:
        least = torch.maximum(least, noise.square().mean(1).sum().log() + ABOVE_NOISE)
        least = torch.minimum(least, level.amax(-1, keepdim=True) - ABOVE_NOISE)  # the loudest frames are speech
    return Frames(mel.transpose(1, 2) @ cosine_waves().to(mel).T, (level > least).to(mel)[..., None])


def sample_timbre(sample: Tensor, noise: Tensor, own: Tensor) -> Tensor:
    """What speech like ``own`` must be given to be like a sample: log-mels [B, 100, T] -> a colour [B, 11, 20].

    ``noise`` [100, n] is that of the sample's pauses (core.audio.noise). Both are compared in it: what it covers in
    the one is covered in the other, and so is not taken for a difference of the voices.
    """
    found = timbre_correction(timbre_frames(sample, noise), timbre_frames(with_noise(own, noise), noise))
    made, wanted, rest = found.split([1, 1, ROWS - 2], 1)
    quiet = timbre_frames(own).mean
    return torch.cat([quiet, quiet + wanted - made, rest], 1)


def timbre_correction(wanted: Frames, made: Frames) -> Tensor:
    """What speech like ``made`` must be given to be like ``wanted``: a colour [B, 11, 20]."""
    trust = wanted.speech.sum(1, keepdim=True) / (wanted.speech.sum(1, keepdim=True) + ENOUGH)
    factors = (wanted.deviation / made.deviation.clamp_min(1e-3)).clamp(*FACTORS)
    factors = 1 + trust * (factors - 1)  # [B, 1, 20]
    factors = torch.cat([torch.ones_like(factors[..., :1]), factors[..., 1:]], -1)  # the first cosine is loudness
    shapes, aims = (made.cosines - made.mean) * factors, wanted.cosines - wanted.mean
    of_aims, steps = class_shares(aims) * wanted.speech, shapes.new_zeros(len(shapes), len(CENTRES), COSINES)
    for _ in range(ROUNDS):  # a step may bring a sound into another class
        of_shapes = class_shares(shapes + class_shares(shapes) @ steps) * made.speech
        steps = _steps(aims, of_aims, shapes, of_shapes)
    return torch.cat([made.mean, wanted.mean, factors, steps], 1)


def _steps(aims: Tensor, of_aims: Tensor, shapes: Tensor, of_shapes: Tensor) -> Tensor:
    """The way from each class's mean shape to its mean aim [B, 8, 20], shorter where few frames tell it."""
    counts = [shares.sum(1)[..., None] for shares in (of_aims, of_shapes)]  # [B, 8, 1] each
    aim, shape = (
        shares.transpose(1, 2) @ frames / count.clamp_min(1e-3)
        for shares, frames, count in zip((of_aims, of_shapes), (aims, shapes), counts, strict=True)
    )
    fewest = torch.minimum(*counts)
    return (aim - shape) * fewest / (fewest + ENOUGH)


def apply_timbre(latents: Tensor, timbre: Tensor | None) -> Tensor:
    """Speech latents [B, t, 100 + ...] with ``timbre`` [B, 11, 20] given to their log-mels; None changes nothing."""
    if timbre is None:
        return latents
    made, wanted, factors, steps = timbre.split([1, 1, 1, len(CENTRES)], 1)
    waves = cosine_waves().to(latents)
    before = latents[..., :N_MELS] @ waves.T  # [B, t, 20]
    shapes = (before - made) * factors
    given = wanted + shapes + class_shares(shapes) @ steps - before
    return torch.cat([latents[..., :N_MELS] + (given @ waves).clamp(-MOST, MOST), latents[..., N_MELS:]], -1)
