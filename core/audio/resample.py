"""Band-limited resampling of waveforms [..., S] by a windowed sinc, evaluated for each output sample.

The cost does not depend on the ratio of the rates (there is no table of phases); output is computed in chunks, so that
memory stays flat.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

ZERO_CROSSINGS = 16
ROLLOFF = 0.95
CHUNK = 1 << 12  # output samples


def resample(waveform: Tensor, rate: int, target: int) -> Tensor:
    """[..., S] at ``rate`` -> [..., ceil(S * target / rate)] at ``target``."""
    if rate == target:
        return waveform
    flat = waveform.reshape(-1, waveform.shape[-1])
    length = math.ceil(flat.shape[-1] * target / rate)
    cutoff = min(1.0, target / rate) * ROLLOFF  # of the input's Nyquist frequency
    reach = math.ceil(ZERO_CROSSINGS / cutoff)
    padded = torch.nn.functional.pad(flat, (reach, reach + 1))
    chunks = (
        _output_chunk(padded, first, min(first + CHUNK, length), rate / target, cutoff, reach)
        for first in range(0, length, CHUNK)
    )
    return _concatenate(chunks, flat.new_empty(len(flat), length)).reshape(*waveform.shape[:-1], length)


def _concatenate(chunks: Iterator[Tensor], out: Tensor) -> Tensor:
    """Write chunks [B, n] one after the other into ``out`` [B, S]; only one of them exists at a time."""
    first = 0
    for chunk in chunks:
        out[:, first : first + chunk.shape[1]] = chunk
        first += chunk.shape[1]
    return out


def _output_chunk(padded: Tensor, first: int, last: int, step: float, cutoff: float, reach: int) -> Tensor:
    """Output samples [first, last): [B, last - first]."""
    position = torch.arange(first, last, dtype=torch.float64, device=padded.device) * step  # in input samples
    nearest = position.floor().long().clamp_max(padded.shape[-1] - 2 * reach - 2)
    taps = torch.arange(2 * reach + 1, device=padded.device)
    distance = cutoff * (position[:, None] - nearest[:, None] - (taps - reach))  # [N, taps]
    window = torch.cos(math.pi / 2 * (distance / ZERO_CROSSINGS).clamp(-1, 1)).square()
    kernel = (cutoff * torch.sinc(distance) * window).to(padded.dtype)
    return torch.einsum("bnt,nt->bn", padded[:, nearest[:, None] + taps], kernel)
