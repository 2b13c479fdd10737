"""Voice-sample preparation: any recording -> clean mono speech [S] at 24 kHz, -22 dBFS, with what was measured.

Silence is cut away, loudness and offset are evened out; a sample below the stated floors is refused with one sentence.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..bundles import SampleStatistics
from ..errors import InputError
from ..timing import SAMPLE_RATE
from .loudness import (
    FRAME,
    active_rms,
    frame_rms,
    limit,
    normalize,
)
from .pitch import fundamental, median_hz
from .resample import resample

LEAST_SECONDS = 0.3
LEAST_LOUDNESS = -60.0  # dBFS
LEAST_SNR = 3.0  # dB
MOST_SECONDS = 20.0
PAUSE_KEPT = 6  # frames of 25 ms kept on either side of speech
FULL_SCALE = 0.999
CLEAN = 60.0  # dB, the most that is told apart
NO_PAUSE = 0.9  # share of voiced frames


def to_mono(waveform: Tensor, sample_rate: int, target: int = SAMPLE_RATE) -> Tensor:
    """Waveform [B, C, S] at any rate -> mono [S'] at ``target`` without offset; the first of a batch is used."""
    if waveform.ndim != 3 or waveform.numel() == 0:
        raise InputError(f"audio has shape {list(waveform.shape)}: it must hold samples, [batch, channels, samples].")
    if not 1_000 <= sample_rate <= 768_000:
        raise InputError(f"audio has a sample rate of {sample_rate} Hz: it must lie between 1,000 and 768,000.")
    mono = waveform[0].float().mean(0)
    if not torch.isfinite(mono).all():
        raise InputError("audio holds NaN or infinite samples: export it again from its source.")
    return resample(mono - mono.mean(), sample_rate, target)


def prepare_sample(waveform: Tensor, sample_rate: int) -> tuple[Tensor, SampleStatistics]:
    """Waveform [B, C, S] -> (speech [S'] at 24 kHz, statistics). Raises InputError below a floor."""
    speech, statistics = _measure(waveform, sample_rate)
    return limit(normalize(speech[: int(MOST_SECONDS * SAMPLE_RATE)])), statistics


def sample_statistics(waveform: Tensor, sample_rate: int) -> SampleStatistics:
    """What ``prepare_sample`` measures, for voices that read the recording itself. Raises InputError below a floor."""
    return _measure(waveform, sample_rate)[1]


def _measure(waveform: Tensor, sample_rate: int) -> tuple[Tensor, SampleStatistics]:
    """Speech [S'] at 24 kHz with its silence cut away, and its statistics."""
    mono = to_mono(waveform, sample_rate)
    peak = float(waveform[0].abs().max())
    clipped = float((waveform[0].abs() > FULL_SCALE * peak).float().mean()) if peak >= 0.99 else 0.0
    levels = frame_rms(mono)
    speech = _cut_silence(mono, levels)
    loudness = _decibels(active_rms(mono))
    seconds = len(speech) / SAMPLE_RATE
    if loudness < LEAST_LOUDNESS:
        raise InputError(
            f"voice sample is nearly silent ({loudness:.0f} dBFS; {LEAST_LOUDNESS:.0f} or more is needed): "
            "record closer to the microphone."
        )
    if seconds < LEAST_SECONDS:
        raise InputError(
            f"voice sample holds {seconds:.2f} s of speech: at least {LEAST_SECONDS} s is needed, 2 to 10 s is best."
        )
    f0 = fundamental(speech)
    voiced = f0[f0 > 0]
    snr = _snr(levels, len(voiced) / len(f0))
    if snr < LEAST_SNR:
        raise InputError(
            f"voice sample has speech only {snr:.0f} dB above its noise ({LEAST_SNR:.0f} is needed): use a cleaner one."
        )
    return speech, SampleStatistics(seconds, loudness, snr, clipped, median_hz(f0), _spread(voiced))


def _cut_silence(mono: Tensor, levels: Tensor) -> Tensor:
    """Keep the frames near speech, drop long pauses."""
    if len(levels) == 0:
        return mono[:0]
    loud = (levels > max(0.06 * float(levels.max()), 1e-4)).float()
    near = torch.nn.functional.max_pool1d(loud[None, None], 2 * PAUSE_KEPT + 1, 1, PAUSE_KEPT)[0, 0] > 0
    return mono[: len(levels) * FRAME].unflatten(0, (-1, FRAME))[near].flatten()  # [frames, 600] -> [S']


def _snr(levels: Tensor, voiced_share: float) -> float:
    """Speech level over the noise floor; a sample without any pause has no floor to measure and is taken for clean."""
    if voiced_share > NO_PAUSE:
        return CLEAN
    floor = float(levels.quantile(0.05))
    speech = float(levels.quantile(0.8))
    return min(CLEAN, _decibels(speech / max(floor, 1e-7)))


def _spread(voiced: Tensor) -> float:
    if len(voiced) < 5:
        return 0.0
    low, high = voiced.quantile(torch.tensor([0.25, 0.75], device=voiced.device))
    return float(12 * (high / low).log2())


def _decibels(ratio: float) -> float:
    return 20 * math.log10(max(ratio, 1e-7))
