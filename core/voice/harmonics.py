"""Harmonic phases from pitch: the phase of each harmonic at every frame, so that generated frames are coherent.

A spectral generator that predicts the phases of each frame independently turns low voices into noise, because their
periods are as long as the hop. Here the phase of the fundamental is accumulated over time, and every frequency bin
takes the phase of the nearest harmonic (after the source of neural source-filter models, Wang et al. 2019).

Pitch is two columns of the speech latents: octaves above 160 Hz, interpolated through unvoiced frames, and voicing
0..1. T frames at 80 Hz.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ..audio.mel import N_FFT
from ..timing import MEL_RATE, SAMPLE_RATE

REFERENCE_HZ = 160.0
N_PITCH = 2  # columns
FULL_HZ, FADED_HZ = 1_500.0, 3_500.0  # phases are harmonic below the first, free above the second, mixed between


def pitch_columns(f0: Tensor) -> Tensor:
    """F0 [S / 600] at 40 Hz, 0 where unvoiced -> [2 S / 600, 2] at 80 Hz."""
    steps, voiced = np.arange(len(f0)), (f0 > 0).cpu().numpy()
    places = (np.arange(2 * len(f0)) + 0.5) / 2 - 0.5
    octaves = (f0.clamp_min(1.0) / REFERENCE_HZ).log2().cpu().numpy()
    line = np.interp(places, steps[voiced], octaves[voiced]) if voiced.any() else np.zeros(len(places))
    return torch.from_numpy(np.stack([line, np.interp(places, steps, voiced)], -1)).float()


class PhaseAccumulator:
    """Accumulates the cycles of the fundamental over consecutive chunks of speech, as if they were one."""

    def __init__(self) -> None:
        self.cycles: Tensor | None = None
        self.rate: Tensor | None = None

    def advance(self, pitch: Tensor) -> Tensor:
        """Pitch columns [B, t, 2] -> cycles [B, t], modulo 1."""
        rate = REFERENCE_HZ * pitch[..., 0].double().exp2() / MEL_RATE  # cycles a frame
        before = rate[:, :1] if self.rate is None else self.rate
        steps = (rate + torch.cat([before, rate[:, :-1]], 1)) / 2
        start = torch.zeros_like(steps[:, :1]) if self.cycles is None else self.cycles
        counted = torch.cat([start, steps], 1).cumsum(1)[:, 1:]
        self.cycles, self.rate = counted[:, -1:], rate[:, -1:]
        return counted.remainder(1).float()


def harmonic_phase(pitch: Tensor, cycles: Tensor) -> Tensor:
    """Phase in radians of every bin at every frame: pitch [B, T, 2], cycles [B, T] -> [B, 513, T].

    Cycles are those at the centre of a frame, where the phases of neighbouring bins differ by pi.
    """
    bins = torch.arange(N_FFT // 2 + 1, device=pitch.device)[:, None]
    f0 = REFERENCE_HZ * pitch[..., 0].exp2()[:, None]  # [B, 1, T]
    harmonic = (bins * (SAMPLE_RATE / N_FFT) / f0).round()
    return 2 * math.pi * (harmonic * cycles[:, None]).remainder(1) + math.pi * (bins % 2)


def harmonic_weight(pitch: Tensor) -> Tensor:
    """Weight 0..1 of the harmonic phase in each bin: pitch [B, T, 2] -> [B, 513, T]."""
    hertz = torch.arange(N_FFT // 2 + 1, device=pitch.device) * (SAMPLE_RATE / N_FFT)
    low = ((FADED_HZ - hertz) / (FADED_HZ - FULL_HZ)).clamp(0, 1)
    voiced = (2 * pitch[..., 1] - 0.5).clamp(0, 1)[:, None]  # [B, 1, T]
    return low[:, None] * voiced
