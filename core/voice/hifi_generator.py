"""HiFi generator, starter family: speech latents [B, T, 102] at 80 Hz -> waveform [B, 1, 300 T] at 24 kHz.

Latents are 100 log-mels and two columns of pitch (core.voice.harmonics). A stack of ConvNeXt blocks predicts the
magnitude and phase of each frame's spectrum; an inverse STFT makes the sound (iSTFTNet, Kaneko et al. 2022; Vocos,
Siuzdak 2023). In voiced frames the low bins take the phase of the voice's harmonics, plus a learned shape. Long inputs
are made in windows whose context covers the whole receptive field, so that the joined result equals one pass and
memory stays flat.
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
from .harmonics import CycleCounter, harmonic_phase, harmonic_share


@dataclass(frozen=True)
class HiFiConfig:
    channels: int = 192
    hidden: int = 576
    blocks: int = 8
    shaped: int = 128  # bins whose harmonics have a learned phase


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
        return self._sound(latents, CycleCounter().advance(latents[..., N_MELS:]))

    def _sound(self, latents: Tensor, cycles: Tensor) -> Tensor:
        """Latents [B, T, 102] and the fundamental's cycles [B, T] -> waveform [B, 1, 300 T]."""
        mel, pitch = latents[..., :N_MELS], latents[..., N_MELS:]
        x = self.enter(mel.transpose(1, 2))  # [B, C, T]
        x = self.enter_norm(x.transpose(1, 2)).transpose(1, 2)
        x = self.leave_norm(self.blocks(x).transpose(1, 2))  # [B, T, C]
        log_magnitude, free = self.spectrum(x).transpose(1, 2).chunk(2, dim=1)  # [B, 513, T] each
        shape = F.pad(self.shape(x), (0, free.shape[1] - self.config.shaped)).transpose(1, 2)
        share = harmonic_share(pitch)
        phase = share * (harmonic_phase(pitch, cycles) + shape) + (1 - share) * free
        return inverse_stft(torch.polar(log_magnitude.clamp_max(5.0).exp(), phase))[:, None]

    def stream(self, parts: Iterable[Tensor], window: int = 400) -> Iterator[Tensor]:
        """Latents in any parts [B, t, 102] -> the same waveform in pieces [B, 1, 300 * window] (the last one shorter).

        A piece comes out when the latents that influence it are known; memory does not grow with their number.
        """
        known, before = None, 0  # latents and cycles from ``before`` frames ahead of the next piece on
        counter = CycleCounter()
        for part in parts:
            counted = torch.cat([part, counter.advance(part[..., N_MELS:])[..., None]], -1)  # [B, t, 103]
            known = counted if known is None else torch.cat([known, counted], 1)
            while known.shape[1] >= before + window + self.context:
                yield self._piece(known[:, : before + window + self.context], before, window)
                kept = min(self.context, before + window)
                known, before = known[:, before + window - kept :], kept
        while known is not None and known.shape[1] > before:
            frames = min(window, known.shape[1] - before)
            yield self._piece(known[:, : before + frames + self.context], before, frames)
            kept = min(self.context, before + frames)
            known, before = known[:, before + frames - kept :], kept

    def _piece(self, seen: Tensor, before: int, frames: int) -> Tensor:
        """The sound of ``frames`` frames after the first ``before`` of those seen."""
        return self._sound(seen[..., :-1], seen[..., -1])[..., before * MEL_HOP : (before + frames) * MEL_HOP]


def inverse_stft(spectrum: Tensor) -> Tensor:
    """Overlap-add of complex frames [B, 513, T] -> [B, 300 T], inverse of the STFT in core.audio.mel."""
    frames = spectrum.shape[-1]
    window = torch.hann_window(N_FFT, device=spectrum.device)
    pieces = torch.fft.irfft(spectrum, n=N_FFT, dim=1) * window[:, None]  # [B, 1024, T]
    length = (frames - 1) * MEL_HOP + N_FFT
    sound = _overlap_add(pieces, length)
    weight = _overlap_add(window.square()[None, :, None].expand(1, -1, frames), length)
    trimmed = slice(PADDING, PADDING + frames * MEL_HOP)
    return sound[:, trimmed] / weight[:, trimmed]


def _overlap_add(pieces: Tensor, length: int) -> Tensor:
    folded = F.fold(pieces, output_size=(1, length), kernel_size=(1, N_FFT), stride=(1, MEL_HOP))
    return folded[:, 0, 0]  # [B, 1, 1, length] -> [B, length]
