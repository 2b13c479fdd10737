"""Bandwidth extension: the log-mel of recordings that end below 12 kHz (telephone, MP3, 16 kHz) is filled in above.

Training speech reaches 12 kHz, and the voice encoder turns samples without high frequencies into hoarse speech. The new
bands follow the level of the last bands present, with the average spectrum of training speech.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .mel import N_MELS, frame_levels

TRAINING_SPECTRUM = (
    *(-4.7, -4.2, -3.4, -2.4, -2.0, -2.3, -2.4, -2.8, -2.6, -2.8, -2.6, -2.7, -2.8, -2.8, -3.1, -3.1, -3.5, -3.5, -3.8),
    *(-3.8, -3.9, -4.0, -4.0, -4.2, -4.0, -4.3, -4.1, -4.2, -4.2, -4.2, -4.3, -4.4, -4.3, -4.4, -4.5, -4.5, -4.5, -4.6),
    *(-4.6, -4.6, -4.6, -4.6, -4.6, -4.7, -4.6, -4.7, -4.7, -4.8, -4.9, -4.9, -4.9, -4.8, -4.8, -4.8, -4.8, -4.8, -4.8),
    *(-4.9, -4.9, -5.0, -5.1, -5.1, -5.1, -5.1, -5.2, -5.3, -5.4, -5.5, -5.4, -5.5, -5.4, -5.4, -5.6, -5.6, -5.5, -5.9),
    *(-6.0, -6.1, -6.2, -6.3, -6.4, -6.3, -6.3, -6.2, -6.3, -6.3, -6.2, -6.1, -6.1, -6.2, -6.2, -6.2, -6.2, -6.3, -6.4),
    *(-7.1, -7.7, -8.0, -8.3, -9.2),
)  # mean log magnitude of each band in training speech, printed by research.training.phone_classes
COMMON_BANDS = slice(5, 45)  # present in every recording
CHECKED_BANDS = 95  # training speech itself fades above them
MISSING = 2.5  # nepers (22 dB) below the training spectrum
EDGE, ROLLOFF_BANDS = 4, 3  # bands that set the level of the new ones, below the roll-off of the recording


def extend_bandwidth(mel: Tensor) -> Tensor:
    """Log-mel [B, 100, T] of speech -> [B, 100, T] in which no band is missing; full-band speech stays as it is."""
    level, threshold = frame_levels(mel)
    speech = (level > threshold).to(mel)[:, None]
    mean = (mel * speech).sum(-1) / speech.sum(-1)  # [B, 100]
    expected = torch.tensor(TRAINING_SPECTRUM, dtype=mel.dtype, device=mel.device)
    return torch.stack(
        [_with_top(one, _first_missing(own, expected), expected) for one, own in zip(mel, mean, strict=True)]
    )


def _first_missing(mean: Tensor, expected: Tensor) -> int:
    """The first band that a recording with the mean log magnitudes [100] lacks."""
    excess = mean - expected
    present = (excess[:CHECKED_BANDS] - excess[COMMON_BANDS].mean() > -MISSING).nonzero()
    last = int(present.max()) + 1 if len(present) else CHECKED_BANDS
    return N_MELS if last == CHECKED_BANDS else max(COMMON_BANDS.stop, last - ROLLOFF_BANDS)


def _with_top(mel: Tensor, end: int, expected: Tensor) -> Tensor:
    """[100, T] with new bands from ``end`` on."""
    if end == N_MELS:
        return mel
    edge = slice(end - EDGE, end)
    top = mel[edge].mean(0) + (expected[end:] - expected[edge].mean())[:, None]  # [100 - end, T]
    return torch.cat([mel[:end], top])
