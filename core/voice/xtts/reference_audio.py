"""Reference audio for XTTS-v2: any recording [B, C, S] -> mono [1, S'] at 22.05 kHz in -1..1.

Resampling is the windowed sinc of the reference implementation (Hann-type window, six zero crossings, roll-off 0.99) in
float32. Rates whose table of phases would be too large use the sharper resampler of core.audio.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from ...audio.resample import resample
from ...audio.waveform import checked_mono
from .config import REFERENCE_RATE

ZERO_CROSSINGS, ROLLOFF = 6, 0.99
MAX_KERNEL = 8_000_000  # entries


def reference_audio(waveform: Tensor, sample_rate: int, max_seconds: float) -> Tensor:
    """Mono [1, S] at 22.05 kHz, clamped, at most ``max_seconds`` of the first clip. Raises InputError."""
    mono = checked_mono(waveform, sample_rate)[None]  # [1, S]
    return resample_reference(mono, sample_rate, REFERENCE_RATE).clamp(-1, 1)[:, : int(max_seconds * REFERENCE_RATE)]


def resample_reference(waveform: Tensor, rate: int, target: int) -> Tensor:
    """[B, S] at ``rate`` -> [B, ceil(S * target / rate)] at ``target``."""
    if rate == target:
        return waveform
    divisor = math.gcd(rate, target)
    step, phases = rate // divisor, target // divisor
    width = math.ceil(ZERO_CROSSINGS * step / (min(step, phases) * ROLLOFF))
    if phases * (2 * width + step) > MAX_KERNEL:
        return resample(waveform, rate, target)
    kernel = sinc_kernel(step, phases, width).to(waveform.device)
    padded = F.pad(waveform, (width, width + step))
    bands = F.conv1d(padded[:, None], kernel, stride=step)  # [B, phases, S / step]
    length = math.ceil(phases * waveform.shape[-1] / step)
    return bands.transpose(1, 2).flatten(1)[:, :length]


@lru_cache(maxsize=8)
def sinc_kernel(step: int, phases: int, width: int) -> Tensor:
    """Filters [phases, 1, 2 width + step] for the rate ratio phases : step."""
    with torch.inference_mode(False):
        cutoff = min(step, phases) * ROLLOFF
        taps = torch.arange(-width, width + step)[None, None] / step
        offsets = torch.arange(0, -phases, -1, dtype=torch.float32)[:, None, None] / phases
        time = ((offsets + taps) * cutoff).clamp(-ZERO_CROSSINGS, ZERO_CROSSINGS)
        window = torch.cos(time * math.pi / ZERO_CROSSINGS / 2) ** 2
        angle = time * math.pi
        sinc = torch.where(angle == 0, torch.ones_like(angle), angle.sin() / angle)
        return sinc * window * (cutoff / step)
