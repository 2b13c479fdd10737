"""Duration and pitch predictor, starter family: text tokens [B, L, 512] and speaker embedding [B, 256] -> time-aligned
speech tokens [B, T, 512] at 40 Hz.

Durations come first, so that the time of every phoneme is known, then a pitch contour over the lengthened tokens. Pitch
is predicted in semitones around the median of the voice, which is measured in the sample, so that the voices of the
training data do not affect it. (FastSpeech 2, Ren et al. 2021; FastPitch, Lancucki 2021.)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..nn.convnext import ConvNeXtBlock
from .harmonics import REFERENCE_HZ

OCTAVE = 12.0


@dataclass(frozen=True)
class DurationPitchConfig:
    width: int = 512
    speaker: int = 256
    channels: int = 128
    hidden: int = 256
    duration_blocks: int = 2
    pitch_dilations: tuple[int, ...] = (1, 2, 4)


@dataclass(frozen=True)
class Pitch:
    """Contour [B, T] in semitones around the median of the voice, and voicing 0..1 of each token [B, T]."""

    contour: Tensor
    voicing: Tensor


class DurationPitchPredictor(nn.Module):
    """See the module docstring."""

    def __init__(self, config: DurationPitchConfig = DurationPitchConfig()) -> None:
        super().__init__()
        self.config = config
        channels, hidden = config.channels, config.hidden
        self.duration_in = nn.Linear(config.width, channels)
        self.duration_speaker = nn.Linear(config.speaker, channels)
        self.duration_blocks = nn.ModuleList(ConvNeXtBlock(channels, hidden) for _ in range(config.duration_blocks))
        self.duration_out = nn.Linear(channels, 1)
        self.place = nn.Linear(3, config.width)
        self.pitch_in = nn.Linear(config.width, channels)
        self.pitch_speaker = nn.Linear(config.speaker, channels)
        self.pitch_blocks = nn.ModuleList(
            ConvNeXtBlock(channels, hidden, dilation=dilation) for dilation in config.pitch_dilations
        )
        self.pitch_out = nn.Linear(channels, 2)
        self.pitch_token = nn.Linear(3, config.width)

    def log_durations(self, text_tokens: Tensor, speaker: Tensor, mask: Tensor | None = None) -> Tensor:
        """Natural log of the duration of each symbol in tokens [B, L]; ``mask`` [B, L] is True at real symbols."""
        real = 1.0 if mask is None else mask[:, None].float()
        x = self.duration_in(text_tokens) + self.duration_speaker(speaker)[:, None]
        x = x.transpose(1, 2) * real  # [B, C, L]
        for block in self.duration_blocks:
            x = block(x) * real
        return self.duration_out(x.transpose(1, 2))[..., 0]

    def lengthen(self, text_tokens: Tensor, durations: Tensor) -> Tensor:
        """Repeat symbol i ``durations[i]`` times and add the position within it: [B, L, 512] -> [B, T, 512].

        Shorter rows of a batch are padded with their last symbol.
        """
        index = alignment(durations)  # [B, T]
        length = durations.gather(1, index).float().clamp_min(1)
        first = (durations.cumsum(1) - durations).gather(1, index)
        step = torch.arange(index.shape[1], device=index.device)[None] - first
        place = (step + 0.5) / length
        spread = index[..., None].expand(-1, -1, text_tokens.shape[-1])
        return text_tokens.gather(1, spread) + self.place(torch.stack([place, 1 - place, length.log()], -1))

    def pitch(self, lengthened: Tensor, speaker: Tensor) -> tuple[Tensor, Tensor]:
        """Lengthened tokens [B, T, 512] -> contour in semitones and voicing logits, [B, T] each."""
        x = (self.pitch_in(lengthened) + self.pitch_speaker(speaker)[:, None]).transpose(1, 2)
        for block in self.pitch_blocks:
            x = block(x)
        contour, voicing = self.pitch_out(x.transpose(1, 2)).unbind(-1)
        return contour, voicing

    def with_pitch(self, lengthened: Tensor, pitch: Pitch, median_hz: Tensor) -> Tensor:
        """Add pitch to lengthened tokens [B, T, 512]; ``median_hz`` [B] is the median F0 of the voice."""
        height = OCTAVE * (median_hz / REFERENCE_HZ).log2()[:, None]  # [B, 1]
        features = [pitch.contour * pitch.voicing / 4, (pitch.contour + height) * pitch.voicing / 6, pitch.voicing]
        return lengthened + self.pitch_token(torch.stack(features, -1))


def alignment(durations: Tensor) -> Tensor:
    """Durations [B, L] -> index of the symbol at each token [B, T]."""
    ends = durations.cumsum(1)
    steps = torch.arange(int(ends[:, -1].max()), device=durations.device)
    index = torch.searchsorted(ends, steps[None].expand(len(ends), -1).contiguous(), right=True)
    return index.clamp_max(durations.shape[1] - 1)


def whole_durations(log_durations: Tensor, speed: float) -> Tensor:
    """Log durations [B, L] -> whole tokens, at least 1 each; rounding errors do not accumulate."""
    ends = (log_durations.exp() / speed).cumsum(1)
    edges = torch.cat([torch.zeros_like(ends[:, :1]), ends], 1).round().long()
    return edges.diff(dim=1).clamp_min(1)


def symbol_times(durations: Tensor, token_rate: float) -> Tensor:
    """Centre of each symbol in seconds: [B, L]."""
    ends = durations.cumsum(1).float()
    return (ends - durations / 2) / token_rate


def token_times(count: int, token_rate: float, device: torch.device | None = None) -> Tensor:
    """Centre of each token in seconds: [1, T]."""
    return (torch.arange(count, device=device)[None] + 0.5) / token_rate
