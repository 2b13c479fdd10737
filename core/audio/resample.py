"""Band-limited resampling: waveform [..., S] from one rate to another, windowed sinc evaluated where it is needed.

Any pair of rates costs the same (no table of phases); output is made in pieces, so memory stays flat.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

ZERO_CROSSINGS = 16
ROLLOFF = 0.95
PIECE = 1 << 12


def resample(waveform: Tensor, rate: int, target: int) -> Tensor:
    """[..., S] at ``rate`` -> [..., ceil(S * target / rate)] at ``target``."""
    if rate == target:
        return waveform
    flat = waveform.reshape(-1, waveform.shape[-1])
    length = math.ceil(flat.shape[-1] * target / rate)
    cutoff = min(1.0, target / rate) * ROLLOFF  # of the input's Nyquist frequency
    reach = math.ceil(ZERO_CROSSINGS / cutoff)
    padded = torch.nn.functional.pad(flat, (reach, reach + 1))
    pieces = (
        _piece(padded, first, min(first + PIECE, length), rate / target, cutoff, reach)
        for first in range(0, length, PIECE)
    )
    return _joined(pieces, flat.new_empty(len(flat), length)).reshape(*waveform.shape[:-1], length)


def _joined(pieces: Iterator[Tensor], whole: Tensor) -> Tensor:
    """Write pieces [B, n] one after the other into ``whole`` [B, S], so that none of them outlives the next."""
    first = 0
    for piece in pieces:
        whole[:, first : first + piece.shape[1]] = piece
        first += piece.shape[1]
    return whole


def _piece(padded: Tensor, first: int, last: int, step: float, cutoff: float, reach: int) -> Tensor:
    position = torch.arange(first, last, dtype=torch.float64, device=padded.device) * step  # in input samples
    nearest = position.floor().long().clamp_max(padded.shape[-1] - 2 * reach - 2)
    taps = torch.arange(2 * reach + 1, device=padded.device)
    distance = cutoff * (position[:, None] - nearest[:, None] - (taps - reach))  # [N, taps]
    window = torch.cos(math.pi / 2 * (distance / ZERO_CROSSINGS).clamp(-1, 1)).square()
    kernel = (cutoff * torch.sinc(distance) * window).to(padded.dtype)
    return torch.einsum("bnt,nt->bn", padded[:, nearest[:, None] + taps], kernel)
