"""Augmentation: new voices by stretching, bending and colouring spectra, and recordings spoilt by noise, tone and gain.

What a voice keeps is told by its sample alone, so a decoder that meets a new voice in every utterance learns to listen
to the sample. (Vocal tract length perturbation, Jaitly and Hinton 2013.)
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from ...core.audio.mel import N_FFT, N_MELS, to_log_mel
from ...core.timing import SAMPLE_RATE

STRETCH = (-0.4, 0.32)  # octaves by which pitch and formants move together
BEND = (-0.22, 0.22)  # octaves by which formants above the knee move alone
KNEE_HZ = 700.0  # harmonics below it stay where the pitch puts them
COLOUR = 0.28  # deviation of each of the COSINES that a colour is made of, in natural log of magnitude
COSINES = 4
CHANGED = 0.4  # share of the voices; 0.36 stay natural, which the discriminator plays with


@dataclass(frozen=True)
class Change:
    """How voices differ from the recorded ones: frequency factors [B] and colours [B, 100] in log magnitude."""

    stretch: Tensor
    bend: Tensor
    tilt: Tensor

    @property
    def natural(self) -> Tensor:
        return (self.stretch == 1) & (self.bend == 1) & (self.tilt == 0).all(-1)

    def log_mel(self, magnitude: Tensor) -> Tensor:
        """Linear magnitudes [B, 513, T] as the changed voices have them: log-mel [B, 100, T] of the same loudness."""
        mel = to_log_mel(warp_frequencies(magnitude, self.stretch, self.bend))
        tinted = mel + self.tilt[..., None]
        louder = (_energy(tinted) / _energy(mel)).log() / 2
        return torch.where((self.tilt == 0).all(-1)[:, None, None], mel, tinted - louder[:, None, None])


def unchanged(count: int) -> Change:
    return Change(torch.ones(count), torch.ones(count), torch.zeros(count, N_MELS))


def drawn(count: int, chance: random.Random) -> Change:
    """CHANGED of the voices stretched and as many bent and coloured, each by itself."""
    stretched, bent = ([chance.random() < CHANGED for _ in range(count)] for _ in range(2))
    stretch = [2 ** chance.uniform(*STRETCH) if this else 1.0 for this in stretched]
    bend = [2 ** chance.uniform(*BEND) if this else 1.0 for this in bent]
    place = math.pi * (torch.arange(N_MELS) + 0.5) / N_MELS
    waves = torch.stack([(number * place).cos() for number in range(1, COSINES + 1)])  # [4, 100]
    weights = torch.tensor([[chance.gauss(0, COLOUR) * this for _ in range(COSINES)] for this in bent])
    return Change(torch.tensor(stretch), torch.tensor(bend), weights @ waves)


def warp_frequencies(magnitude: Tensor, stretch: Tensor, bend: Tensor) -> Tensor:
    """Move pitch and formants by ``stretch`` [B], those above KNEE_HZ by ``bend`` [B] too: [B, bins, T] -> the same."""
    bins = magnitude.shape[1]
    knee = KNEE_HZ * N_FFT / SAMPLE_RATE
    index = torch.arange(bins)[None]
    source = (index.clamp_max(knee) + (index - knee).clamp_min(0) / bend[:, None]) / stretch[:, None]  # [B, bins]
    below = source.floor().long().clamp_max(bins - 2)
    share = (source - below).clamp(0, 1)[..., None]
    place = below[..., None].expand(-1, -1, magnitude.shape[2])
    return (1 - share) * magnitude.gather(1, place) + share * magnitude.gather(1, place + 1)


def _energy(mel: Tensor) -> Tensor:
    return (2 * mel).exp().mean((1, 2))


def spoil(waveform: Tensor, chance: random.Random) -> Tensor:
    """Waveforms [B, S] as a poor recording would have them: a third stays clean, the rest gets noise and tone."""
    spoilt = []
    for wave in waveform:
        if chance.random() < 0.35:
            spoilt.append(wave)
            continue
        level = wave.square().mean().sqrt()
        noise = torch.randn(len(wave), generator=torch.Generator().manual_seed(chance.randrange(2**31)))
        tilt = chance.uniform(0.0, 0.95)
        tinted = F.conv1d(noise[None, None], torch.tensor([[[1.0, tilt]]]), padding=1)[0, 0, : len(wave)]
        decibels = chance.uniform(8, 40)
        tilt = chance.uniform(-0.25, 0.25)
        tilted = wave + tilt * F.pad(wave, (1, 0))[:-1]
        tilted = tilted * (level / tilted.square().mean().sqrt().clamp_min(1e-6))
        scale = 10 ** (-decibels / 20) * level / tinted.square().mean().sqrt()
        spoilt.append(tilted + scale * tinted)
    return torch.stack(spoilt)
