"""Speech encoder, starter family: log-mel [B, 100, 2 T] of recorded speech -> speech tokens [B, T, 512] at 40 Hz.

Recorded speech takes the place of predicted speech tokens in the entanglement, so that ``animate`` needs no text.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from ..audio.mel import N_MELS
from ..nn.convnext import ConvNeXtBlock
from .voice_encoder import MEL_MEAN, MEL_SCALE


@dataclass(frozen=True)
class SpeechEncoderConfig:
    channels: int = 144
    hidden: int = 288
    blocks: int = 4
    width: int = 512


class SpeechEncoder(nn.Module):
    """See the module docstring; the receptive field is 0.3 s on either side."""

    def __init__(self, config: SpeechEncoderConfig = SpeechEncoderConfig()) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(N_MELS, config.channels, 4, stride=2, padding=1)
        self.blocks = nn.Sequential(*(ConvNeXtBlock(config.channels, config.hidden) for _ in range(config.blocks)))
        self.norm = nn.LayerNorm(config.channels)
        self.project = nn.Linear(config.channels, config.width)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.blocks(self.enter((mel - MEL_MEAN) / MEL_SCALE))  # [B, C, T]
        return self.project(self.norm(x.transpose(1, 2)))  # [B, T, 512]
