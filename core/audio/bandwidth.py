"""Recordings that end below 12 kHz (telephones, MP3, 16 kHz files): the missing top of their log-mel is filled in.

Training speech reaches 12 kHz; a voice whose top is silent is like none of it, and was answered with hoarse speech.
What is filled in goes with the loudness of the last bands that are there, and has the training speech's average shape.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .mel import N_MELS, frame_levels

USUAL = (
    *(-4.7, -4.2, -3.4, -2.4, -2.0, -2.3, -2.4, -2.8, -2.6, -2.8, -2.6, -2.7, -2.8, -2.8, -3.1, -3.1, -3.5, -3.5, -3.8),
    *(-3.8, -3.9, -4.0, -4.0, -4.2, -4.0, -4.3, -4.1, -4.2, -4.2, -4.2, -4.3, -4.4, -4.3, -4.4, -4.5, -4.5, -4.5, -4.6),
    *(-4.6, -4.6, -4.6, -4.6, -4.6, -4.7, -4.6, -4.7, -4.7, -4.8, -4.9, -4.9, -4.9, -4.8, -4.8, -4.8, -4.8, -4.8, -4.8),
    *(-4.9, -4.9, -5.0, -5.1, -5.1, -5.1, -5.1, -5.2, -5.3, -5.4, -5.5, -5.4, -5.5, -5.4, -5.4, -5.6, -5.6, -5.5, -5.9),
    *(-6.0, -6.1, -6.2, -6.3, -6.4, -6.3, -6.3, -6.2, -6.3, -6.3, -6.2, -6.1, -6.1, -6.2, -6.2, -6.2, -6.2, -6.3, -6.4),
    *(-7.1, -7.7, -8.0, -8.3, -9.2),
)  # mean log magnitudes of training speech in each band (research.training.phone_classes prints them)
LOW = slice(5, 45)  # bands that every recording has
TELLING = 95  # bands that tell whether a recording is whole: training speech itself fades above them
MISSING = 2.5  # nepers (22 dB) below the usual shape
EDGE, SLOPE = 4, 3  # bands that the filling goes by, below the slope of the recording's filter


def whole_band(mel: Tensor) -> Tensor:
    """Log-mel [B, 100, T] of speech -> the same with a top; what is whole is returned as it is."""
    level, least = frame_levels(mel)
    speech = (level > least).to(mel)[:, None]
    mean = (mel * speech).sum(-1) / speech.sum(-1)  # [B, 100]
    usual = torch.tensor(USUAL, dtype=mel.dtype, device=mel.device)
    return torch.stack([_filled(one, _end(own, usual), usual) for one, own in zip(mel, mean, strict=True)])


def _end(mean: Tensor, usual: Tensor) -> int:
    """The first band above which a recording with these mean log magnitudes [100] holds nothing."""
    excess = mean - usual
    heard = (excess[:TELLING] - excess[LOW].mean() > -MISSING).nonzero()
    last = int(heard.max()) + 1 if len(heard) else TELLING
    return N_MELS if last == TELLING else max(LOW.stop, last - SLOPE)


def _filled(mel: Tensor, end: int, usual: Tensor) -> Tensor:
    """[100, T] with its bands from ``end`` on made anew."""
    if end == N_MELS:
        return mel
    edge = slice(end - EDGE, end)
    top = mel[edge].mean(0) + (usual[end:] - usual[edge].mean())[:, None]  # [100 - end, T]
    return torch.cat([mel[:end], top])
