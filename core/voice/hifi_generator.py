"""HiFi generator, starter family: speech latents [B, T, 102] at 80 Hz -> waveform [B, 1, 300 T] at 24 kHz.

Latents are 100 log-mels and two columns of pitch (core.voice.harmonics). A stack of ConvNeXt blocks predicts the
magnitude and phase of the spectrum of each frame, and an inverse STFT generates the sound (iSTFTNet, Kaneko et al.
2022; Vocos, Siuzdak 2023). In voiced frames the low bins take the phases of the harmonics plus a learned offset. Long
inputs are generated in chunks whose context covers the receptive field: the joined result equals one pass, in flat
memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..audio.mel import N_FFT, N_MELS, PADDING
from ..nn.convnext import ConvNeXtBlock
from ..timing import MEL_HOP
from .harmonics import PhaseAccumulator, harmonic_phase, harmonic_weight


@dataclass(frozen=True)
class HiFiConfig:
    channels: int = 192
    hidden: int = 576
    blocks: int = 8
    shaped: int = 128  # low bins with a learned offset of the harmonic phase


class HiFiGenerator(nn.Module):
    """See the module docstring."""

    def __init__(self, config: HiFiConfig = HiFiConfig()) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(N_MELS, config.channels, 7, padding=3)
        self.enter_norm = nn.LayerNorm(config.channels)
        self.blocks = nn.Sequential(*(ConvNeXtBlock(config.channels, config.hidden) for _ in range(config.blocks)))
        self.leave_norm = nn.LayerNorm(config.channels)
        self.spectrum = nn.Linear(config.channels, N_FFT + 2)
        self.shape = nn.Linear(config.channels, config.shaped)
        nn.init.zeros_(self.shape.weight)
        nn.init.zeros_(self.shape.bias)

    @property
    def context(self) -> int:
        """Frames on either side that can influence a frame's samples."""
        return 3 * (1 + self.config.blocks) + 2

    def forward(self, latents: Tensor) -> Tensor:
        """Latents [B, T, 102] -> waveform [B, 1, 300 T]."""
        return self._sound(latents, PhaseAccumulator().advance(latents[..., N_MELS:]))

    def _sound(self, latents: Tensor, cycles: Tensor) -> Tensor:
        """Latents [B, T, 102] and the fundamental's cycles [B, T] -> waveform [B, 1, 300 T]."""
        mel, pitch = latents[..., :N_MELS], latents[..., N_MELS:]
        x = self.enter(mel.transpose(1, 2))  # [B, C, T]
        x = self.enter_norm(x.transpose(1, 2)).transpose(1, 2)
        x = self.leave_norm(self.blocks(x).transpose(1, 2))  # [B, T, C]
        log_magnitude, free = self.spectrum(x).transpose(1, 2).chunk(2, dim=1)  # [B, 513, T] each
        shape = F.pad(self.shape(x), (0, free.shape[1] - self.config.shaped)).transpose(1, 2)
        weight = harmonic_weight(pitch)
        phase = weight * (harmonic_phase(pitch, cycles) + shape) + (1 - weight) * free
        return inverse_stft(torch.polar(log_magnitude.clamp_max(5.0).exp(), phase))[:, None]

    def stream(self, parts: Iterable[Tensor], chunk_frames: int = 400) -> Iterator[Tensor]:
        """Latents in any parts [B, t, 102] -> the same waveform in chunks of ``chunk_frames`` (the last is shorter).

        A chunk is generated as soon as all latents that influence it are known; memory does not grow with their number.
        """
        known, before = None, 0  # latents and cycles, starting ``before`` frames before the next chunk
        phase = PhaseAccumulator()
        for part in parts:
            latents = torch.cat([part, phase.advance(part[..., N_MELS:])[..., None]], -1)  # [B, t, 103]
            known = latents if known is None else torch.cat([known, latents], 1)
            while known.shape[1] >= before + chunk_frames + self.context:
                yield self._chunk(known[:, : before + chunk_frames + self.context], before, chunk_frames)
                context = min(self.context, before + chunk_frames)
                known, before = known[:, before + chunk_frames - context :], context
        while known is not None and known.shape[1] > before:
            frames = min(chunk_frames, known.shape[1] - before)
            yield self._chunk(known[:, : before + frames + self.context], before, frames)
            context = min(self.context, before + frames)
            known, before = known[:, before + frames - context :], context

    def _chunk(self, latents: Tensor, before: int, frames: int) -> Tensor:
        """Waveform of ``frames`` frames after the first ``before`` of [B, t, 103], latents and cycles."""
        return self._sound(latents[..., :-1], latents[..., -1])[..., before * MEL_HOP : (before + frames) * MEL_HOP]


def inverse_stft(spectrum: Tensor) -> Tensor:
    """Complex frames [B, 513, T] -> waveform [B, 300 T] by overlap-add, the inverse of the STFT in core.audio.mel."""
    frames = spectrum.shape[-1]
    window = torch.hann_window(N_FFT, device=spectrum.device)
    segments = torch.fft.irfft(spectrum, n=N_FFT, dim=1) * window[:, None]  # [B, 1024, T]
    length = (frames - 1) * MEL_HOP + N_FFT
    sound = _overlap_add(segments, length)
    weight = _overlap_add(window.square()[None, :, None].expand(1, -1, frames), length)
    trimmed = slice(PADDING, PADDING + frames * MEL_HOP)
    return sound[:, trimmed] / weight[:, trimmed]


def _overlap_add(segments: Tensor, length: int) -> Tensor:
    """Segments [B, 1024, T] at a hop of 300 -> their sum [B, length]."""
    folded = F.fold(segments, output_size=(1, length), kernel_size=(1, N_FFT), stride=(1, MEL_HOP))
    return folded[:, 0, 0]  # [B, 1, 1, length] -> [B, length]
