"""Augmentation: new voices by stretching, bending and tilting spectra, and recordings degraded by noise and tone.

A decoder that meets a new voice in every utterance has to take it from the voice sample. (Vocal tract length
perturbation, Jaitly and Hinton 2013.)
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
BEND = (-0.22, 0.22)  # octaves by which formants above the knee move further
KNEE_HZ = 700.0  # harmonics below it stay where the pitch puts them
TILT_DEVIATION = 0.28  # of each of the COSINES that a tilt is the sum of, in natural log of magnitude
COSINES = 4
CHANGED = 0.4  # share of the voices; 0.36 stay natural, and the adversary judges only these


@dataclass(frozen=True)
class VoiceChange:
    """How voices differ from the recorded ones: frequency factors [B] and tilts [B, 100] in log magnitude."""

    stretch: Tensor
    bend: Tensor
    tilt: Tensor

    @property
    def natural(self) -> Tensor:
        return (self.stretch == 1) & (self.bend == 1) & (self.tilt == 0).all(-1)

    def log_mel(self, magnitude: Tensor) -> Tensor:
        """Linear magnitudes [B, 513, T] -> log-mel [B, 100, T] of the changed voices, of the same loudness."""
        mel = to_log_mel(warp_frequencies(magnitude, self.stretch, self.bend))
        tilted = mel + self.tilt[..., None]
        louder = (_energy(tilted) / _energy(mel)).log() / 2
        return torch.where((self.tilt == 0).all(-1)[:, None, None], mel, tilted - louder[:, None, None])


def unchanged(count: int) -> VoiceChange:
    return VoiceChange(torch.ones(count), torch.ones(count), torch.zeros(count, N_MELS))


def sample_change(count: int, rng: random.Random) -> VoiceChange:
    """CHANGED of the voices are stretched, and, independently, as many are bent and tilted."""
    stretched, bent = ([rng.random() < CHANGED for _ in range(count)] for _ in range(2))
    stretch = [2 ** rng.uniform(*STRETCH) if chosen else 1.0 for chosen in stretched]
    bend = [2 ** rng.uniform(*BEND) if chosen else 1.0 for chosen in bent]
    place = math.pi * (torch.arange(N_MELS) + 0.5) / N_MELS
    waves = torch.stack([(number * place).cos() for number in range(1, COSINES + 1)])  # [4, 100]
    weights = torch.tensor([[rng.gauss(0, TILT_DEVIATION) * chosen for _ in range(COSINES)] for chosen in bent])
    return VoiceChange(torch.tensor(stretch), torch.tensor(bend), weights @ waves)


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


def degrade_recordings(waveform: Tensor, rng: random.Random) -> Tensor:
    """Waveforms [B, S] as poor recordings: a third stays clean, the rest gets noise and a spectral tilt."""
    degraded = []
    for wave in waveform:
        if rng.random() < 0.35:
            degraded.append(wave)
            continue
        level = wave.square().mean().sqrt()
        noise = torch.randn(len(wave), generator=torch.Generator().manual_seed(rng.randrange(2**31)))
        tilt = rng.uniform(0.0, 0.95)
        colored_noise = F.conv1d(noise[None, None], torch.tensor([[[1.0, tilt]]]), padding=1)[0, 0, : len(wave)]
        decibels = rng.uniform(8, 40)
        tilt = rng.uniform(-0.25, 0.25)
        tilted = wave + tilt * F.pad(wave, (1, 0))[:-1]
        tilted = tilted * (level / tilted.square().mean().sqrt().clamp_min(1e-6))
        scale = 10 ** (-decibels / 20) * level / colored_noise.square().mean().sqrt()
        degraded.append(tilted + scale * colored_noise)
    return torch.stack(degraded)
