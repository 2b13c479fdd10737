"""Timbre statistics of a voice, and the correction that gives synthesised speech the timbre of a sample.

The speech decoder makes unseen voices too similar to those of the training data, and too uniform. The difference
from the sample is measured once and corrected in all later speech: in mean and deviation (cepstral normalisation of
speech recognition, Atal 1974, Viikki 1998) and, as far as the sample holds enough of them, by class of sound (codebook
mapping, Abe 1988). Corrections are smooth over the mel bands. A correction is a tensor [B, 11, 20] of cepstra:
the mean of the speech as synthesised, its target mean, the factor on its deviations, and an offset for each of eight
classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..audio.mel import N_MELS, frame_levels
from ..audio.noise import add_noise
from .sound_classes import (
    CLASS_CENTERS,
    N_CEPSTRA,
    class_shares,
    dct_basis,
)

TIMBRE_ROWS = 3 + len(CLASS_CENTERS)
ABOVE_NOISE = 1.0  # nepers of power (4 dB) from noise to speech
MIN_FACTOR, MAX_FACTOR = 0.9, 1.4  # on deviations
PRIOR_FRAMES = 30.0  # with as many frames (of a class, or in all), half of a correction is applied
ITERATIONS = 3
MAX_CHANGE = 1.5  # nepers of magnitude (13 dB)


@dataclass(frozen=True)
class CepstralFrames:
    """Cepstra [B, T, 20] of log-mel frames, and 1 where they hold speech [B, T, 1]."""

    cepstra: Tensor
    speech: Tensor

    @property
    def mean(self) -> Tensor:
        """[B, 1, 20]"""
        return (self.cepstra * self.speech).sum(1, keepdim=True) / self.speech.sum(1, keepdim=True)

    @property
    def deviation(self) -> Tensor:
        """[B, 1, 20]"""
        squares = (self.cepstra - self.mean).square() * self.speech
        return (squares.sum(1, keepdim=True) / self.speech.sum(1, keepdim=True)).sqrt()


def timbre_frames(mel: Tensor, noise: Tensor | None = None) -> CepstralFrames:
    """Log-mel [B, 100, T], with noise like [100, n] in it or none -> its frames."""
    level, threshold = frame_levels(mel)  # [B, T], [B, 1]
    if noise is not None:
        threshold = torch.maximum(threshold, noise.square().mean(1).sum().log() + ABOVE_NOISE)
        threshold = torch.minimum(threshold, level.amax(-1, keepdim=True) - ABOVE_NOISE)  # the loudest are speech
    return CepstralFrames(mel.transpose(1, 2) @ dct_basis().to(mel).T, (level > threshold).to(mel)[..., None])


def sample_timbre(sample: Tensor, noise: Tensor, synthesized: Tensor) -> Tensor:
    """The correction [B, 11, 20] that makes speech like ``synthesized`` sound like a sample: log-mels [B, 100, T].

    ``noise`` [100, n] are the pauses of the sample (core.audio.noise). It is added to the synthesised speech for the
    comparison, so that what the noise masks does not count as a difference between the voices.
    """
    noisy = timbre_correction(timbre_frames(sample, noise), timbre_frames(add_noise(synthesized, noise), noise))
    noisy_mean, target_mean, rest = noisy.split([1, 1, TIMBRE_ROWS - 2], 1)
    clean_mean = timbre_frames(synthesized).mean
    return torch.cat([clean_mean, clean_mean + target_mean - noisy_mean, rest], 1)


def timbre_correction(target: CepstralFrames, synthesized: CepstralFrames) -> Tensor:
    """The correction [B, 11, 20] that makes speech like ``synthesized`` sound like ``target``."""
    trust = target.speech.sum(1, keepdim=True) / (target.speech.sum(1, keepdim=True) + PRIOR_FRAMES)
    factors = (target.deviation / synthesized.deviation.clamp_min(1e-3)).clamp(MIN_FACTOR, MAX_FACTOR)
    factors = 1 + trust * (factors - 1)  # [B, 1, 20]
    factors = torch.cat([torch.ones_like(factors[..., :1]), factors[..., 1:]], -1)  # the first coefficient is loudness
    shapes, target_shapes = (synthesized.cepstra - synthesized.mean) * factors, target.cepstra - target.mean
    target_shares = class_shares(target_shapes) * target.speech  # [B, T, 8]
    offsets = shapes.new_zeros(len(shapes), len(CLASS_CENTERS), N_CEPSTRA)
    for _ in range(ITERATIONS):  # an offset may move a sound into another class
        shares = class_shares(shapes + class_shares(shapes) @ offsets) * synthesized.speech
        offsets = _class_offsets(target_shapes, target_shares, shapes, shares)
    return torch.cat([synthesized.mean, target.mean, factors, offsets], 1)


def _class_offsets(target_shapes: Tensor, target_shares: Tensor, shapes: Tensor, shares: Tensor) -> Tensor:
    """From the mean shape of each class to its target [B, 8, 20], reduced for classes with few frames."""
    counts = [share.sum(1)[..., None] for share in (target_shares, shares)]  # [B, 8, 1] each
    target, mean = (
        share.transpose(1, 2) @ frames / count.clamp_min(1e-3)
        for share, frames, count in zip((target_shares, shares), (target_shapes, shapes), counts, strict=True)
    )
    fewest = torch.minimum(*counts)
    return (target - mean) * fewest / (fewest + PRIOR_FRAMES)


def apply_timbre(latents: Tensor, timbre: Tensor | None) -> Tensor:
    """Speech latents [B, t, 100 + ...] with log-mels corrected by ``timbre`` [B, 11, 20]; None changes nothing."""
    if timbre is None:
        return latents
    mean, target, factors, offsets = timbre.split([1, 1, 1, len(CLASS_CENTERS)], 1)
    basis = dct_basis().to(latents)
    cepstra = latents[..., :N_MELS] @ basis.T  # [B, t, 20]
    shapes = (cepstra - mean) * factors
    change = target + shapes + class_shares(shapes) @ offsets - cepstra
    corrected = latents[..., :N_MELS] + (change @ basis).clamp(-MAX_CHANGE, MAX_CHANGE)
    return torch.cat([corrected, latents[..., N_MELS:]], -1)
