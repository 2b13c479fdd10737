"""Voice-sample preparation: any recording -> clean mono speech [S] at 24 kHz, -22 dBFS, with its statistics.

Silence and offset are removed and the loudness is normalised; a sample below one of the minimum values is refused.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..bundles import SampleStatistics
from ..errors import InputError
from ..timing import SAMPLE_RATE, TOKEN_SAMPLES
from .loudness import (
    active_rms,
    frame_rms,
    normalize_loudness,
    scale_below,
)
from .pitch import fundamental, median_hz
from .resample import resample
from .waveform import checked_mono

MIN_SECONDS, MAX_SECONDS = 0.3, 20.0  # of speech
MIN_LOUDNESS = -60.0  # dBFS
MIN_SNR, MAX_SNR = 3.0, 60.0  # dB; higher ratios count as MAX_SNR
MARGIN = 6  # frames of 25 ms that stay on either side of speech
FULL_SCALE = 0.999
NO_PAUSE = 0.9  # share of voiced frames


def to_mono(waveform: Tensor, sample_rate: int, target: int = SAMPLE_RATE) -> Tensor:
    """Waveform [B, C, S] at any rate -> mono [S'] at ``target`` without offset; the first of a batch is used.

    Raises InputError for audio that cannot be used.
    """
    mono = checked_mono(waveform, sample_rate)
    return resample(mono - mono.mean(), sample_rate, target)


def prepare_sample(waveform: Tensor, sample_rate: int) -> tuple[Tensor, SampleStatistics]:
    """Waveform [B, C, S] -> (speech [S'] at 24 kHz, statistics). Raises InputError below a minimum."""
    speech, statistics = _measure(waveform, sample_rate)
    return scale_below(normalize_loudness(speech[: int(MAX_SECONDS * SAMPLE_RATE)])), statistics


def sample_statistics(waveform: Tensor, sample_rate: int) -> SampleStatistics:
    """The statistics of ``prepare_sample``, for voices that encode the recording itself. Raises InputError."""
    return _measure(waveform, sample_rate)[1]


def _measure(waveform: Tensor, sample_rate: int) -> tuple[Tensor, SampleStatistics]:
    """Speech [S'] at 24 kHz without its silence, and its statistics."""
    mono = to_mono(waveform, sample_rate)
    peak = float(waveform[0].abs().max())
    clipped = float((waveform[0].abs() > FULL_SCALE * peak).float().mean()) if peak >= 0.99 else 0.0
    levels = frame_rms(mono)
    speech = _cut_silence(mono, levels)
    loudness = _decibels(active_rms(mono))
    seconds = len(speech) / SAMPLE_RATE
    if loudness < MIN_LOUDNESS:
        raise InputError(
            f"voice sample is nearly silent ({loudness:.0f} dBFS; {MIN_LOUDNESS:.0f} or more is needed): "
            "record closer to the microphone."
        )
    if seconds < MIN_SECONDS:
        raise InputError(
            f"voice sample holds {seconds:.2f} s of speech: at least {MIN_SECONDS} s is needed, 2 to 10 s is best."
        )
    f0 = fundamental(speech)
    voiced = f0[f0 > 0]
    snr = _signal_to_noise(levels, len(voiced) / len(f0))
    if snr < MIN_SNR:
        raise InputError(
            f"voice sample has speech only {snr:.0f} dB above its noise ({MIN_SNR:.0f} is needed): use a cleaner one."
        )
    return speech, SampleStatistics(seconds, loudness, snr, clipped, median_hz(f0), _f0_spread(voiced))


def _cut_silence(mono: Tensor, levels: Tensor) -> Tensor:
    """The frames with speech and those within MARGIN of them: [S] -> [S']."""
    if len(levels) == 0:
        return mono[:0]
    loud = (levels > max(0.06 * float(levels.max()), 1e-4)).float()
    near = torch.nn.functional.max_pool1d(loud[None, None], 2 * MARGIN + 1, 1, MARGIN)[0, 0] > 0
    frames = mono[: len(levels) * TOKEN_SAMPLES].unflatten(0, (-1, TOKEN_SAMPLES))  # [T, 600]
    return frames[near].flatten()


def _signal_to_noise(levels: Tensor, voiced_share: float) -> float:
    """Level of speech above the noise floor in dB; MAX_SNR for a sample without pauses, which has no floor."""
    if voiced_share > NO_PAUSE:
        return MAX_SNR
    floor = float(levels.quantile(0.05))
    speech = float(levels.quantile(0.8))
    return min(MAX_SNR, _decibels(speech / max(floor, 1e-7)))


def _f0_spread(voiced: Tensor) -> float:
    """Interquartile range of the pitch [N] in semitones; 0 for fewer than 5 frames."""
    if len(voiced) < 5:
        return 0.0
    low, high = voiced.quantile(torch.tensor([0.25, 0.75], device=voiced.device))
    return float(12 * (high / low).log2())


def _decibels(ratio: float) -> float:
    return 20 * math.log10(max(ratio, 1e-7))
