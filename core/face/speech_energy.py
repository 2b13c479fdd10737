"""What the face hears: loudness and pauses of speech, frame by frame.

``speech_energy``: waveform [..., S] -> energy [F] 0..1 (0 silence, 1 the loudest syllables; the recording's own
level does not matter) and speaking [F] bool, with F = ceil(seconds * fps).
``phrase_ends``: speaking [F] -> bool [F], true on the last frame before each pause.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ..timing import frame_count

RANGE_DB = 30.0  # a frame this far below the loudest syllables has energy 0
PAUSE_DB = 24.0  # and this far below is a pause
SILENCE_DB = -70.0  # of full scale: nothing below is speech, however it compares
PAUSE_SECONDS = 0.2  # shorter gaps are stop closures


def speech_energy(waveform: Tensor, sample_rate: int, fps: float) -> tuple[Tensor, Tensor]:
    """Return (energy [F] float 0..1, speaking [F] bool) of the mean of all channels."""
    frames = frame_count(waveform.shape[-1], sample_rate, fps)
    mono = waveform.reshape(-1, waveform.shape[-1]).mean(0)  # [S]
    level = _level(mono, sample_rate, fps, frames)  # [F] dB
    reference = torch.quantile(level, 0.95).clamp(min=SILENCE_DB)
    energy = ((level - reference) / RANGE_DB + 1).clamp(0, 1)
    loud = (level > reference - PAUSE_DB) & (level > SILENCE_DB)
    return energy, _without_gaps(loud, round(PAUSE_SECONDS * fps))


def phrase_ends(speaking: Tensor) -> Tensor:
    """The last speaking frame before each pause and at the end: [F] bool."""
    following = functional.pad(speaking[1:], (0, 1), value=False)
    return speaking & ~following


def _level(samples: Tensor, sample_rate: int, fps: float, frames: int) -> Tensor:
    """RMS in dB of full scale over two frames' length around each frame's centre: [F]."""
    edges = ((torch.arange(frames + 1, dtype=torch.float64) * sample_rate / fps).round().long()).clamp(
        max=samples.shape[-1]
    )
    total = functional.pad(samples.double().square().cumsum(0), (1, 0))  # [S + 1]
    half = round(sample_rate / fps / 2)
    first = (edges[:-1] - half).clamp(min=0)
    last = (edges[1:] + half).clamp(max=samples.shape[-1])
    power = (total[last] - total[first]) / (last - first).clamp(min=1)
    return (10 * torch.log10(power.clamp(min=1e-12))).float()


def _without_gaps(speaking: Tensor, shortest: int) -> Tensor:
    """Fill pauses of at most ``shortest`` frames that lie between speech (a binary closing)."""
    wide = functional.max_pool1d(functional.pad(speaking.float()[None], (shortest, shortest)), shortest + 1, 1)
    return -functional.max_pool1d(-wide, shortest + 1, 1)[0] > 0.5
