"""Fundamental frequency by normalised autocorrelation: waveform [S] at 24 kHz -> Hz [S / 600] at 40 Hz, 0 unvoiced.

Boersma's method (1993): the autocorrelation of a windowed frame divided by that of the window. The strongest lag
between 55 and 500 Hz wins, with a small cost for long lags; weak periodicity and silence are unvoiced.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..timing import SAMPLE_RATE, TOKEN_SAMPLES

MIN_HZ, MAX_HZ = 55.0, 500.0
FRAME = 1440  # 60 ms: three periods of a pitch of 50 Hz
FFT = 4096
VOICING_THRESHOLD = 0.45
OCTAVE_COST = 0.02
SILENCE_RATIO = 0.03


def fundamental(waveform: Tensor) -> Tensor:
    """F0 [S / 600] of mono samples [S]; frame t is centred on its token."""
    frames = _centered_frames(waveform)  # [T, FRAME]
    lags, strength = _strongest_lag(frames)
    loud = frames.square().mean(-1).sqrt()
    voiced = (strength > VOICING_THRESHOLD) & (loud > SILENCE_RATIO * loud.max().clamp_min(1e-6))
    return _without_outliers(torch.where(voiced, SAMPLE_RATE / lags, torch.zeros_like(lags)))


def semitones(f0: Tensor, reference_hz: float | Tensor) -> Tensor:
    """F0 in semitones above ``reference_hz``; 0 where unvoiced."""
    return torch.where(f0 > 0, 12 * (f0.clamp_min(1.0) / reference_hz).log2(), torch.zeros_like(f0))


def median_hz(f0: Tensor) -> float:
    """Median F0 of voiced frames; 0 when fewer than 5 are voiced."""
    voiced = f0[f0 > 0]
    return float(voiced.median()) if len(voiced) >= 5 else 0.0


def _centered_frames(waveform: Tensor) -> Tensor:
    side = (FRAME - TOKEN_SAMPLES) // 2
    frames = F.pad(waveform, (side, side)).unfold(0, FRAME, TOKEN_SAMPLES)
    return frames - frames.mean(-1, keepdim=True)


def _strongest_lag(frames: Tensor) -> tuple[Tensor, Tensor]:
    window = torch.hann_window(FRAME, device=frames.device)
    correlation = _autocorrelation(frames * window) / _autocorrelation(window[None]).clamp_min(1e-3)
    first, last = int(SAMPLE_RATE / MAX_HZ), int(SAMPLE_RATE / MIN_HZ)
    candidates = correlation[:, first : last + 1]
    lags = torch.arange(first, last + 1, device=frames.device)
    cost = OCTAVE_COST * (lags * (MAX_HZ / SAMPLE_RATE)).log2()
    best = (candidates - cost).argmax(-1) + first
    around = torch.stack([correlation.gather(1, (best + step)[:, None])[:, 0] for step in (-1, 0, 1)], -1)
    before, peak, after = around.unbind(-1)
    curvature = (before - 2 * peak + after).clamp_max(-1e-6)
    return best + (0.5 * (before - after) / curvature).clamp(-0.5, 0.5), peak


def _autocorrelation(frames: Tensor) -> Tensor:
    power = torch.view_as_real(torch.fft.rfft(frames, FFT)).square().sum(-1)
    correlation = torch.fft.irfft(power, FFT)[:, : FRAME // 2]
    return correlation / correlation[:, :1].clamp_min(1e-8)


def _without_outliers(f0: Tensor) -> Tensor:
    """Remove single voiced frames and octave jumps of a single frame."""
    if len(f0) < 3:
        return f0
    neighbours = F.pad(f0[None, None], (1, 1), mode="replicate")[0, 0].unfold(0, 3, 1)  # [T, 3]
    middle = neighbours.median(-1).values
    lone = ((neighbours > 0).sum(-1) < 2) & (f0 > 0)
    jump = (f0 > 0) & (middle > 0) & ((f0 / middle.clamp_min(1)).log2().abs() > 0.4)
    return torch.where(lone, torch.zeros_like(f0), torch.where(jump, middle, f0))
