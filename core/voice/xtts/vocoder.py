"""The HiFi-GAN decoder of XTTS-v2: frames [B, C, m] and speaker [B, 512] -> waveform [B, 1, 256 m] at 24 kHz.

Weight norm is folded into the weights when they are loaded. The samples of a frame depend on 13 frames on either side,
so sound is decoded in chunks with that context, in flat memory. The chunks form a fixed grid, short ones first:
decoding them while frames arrive gives bit for bit the sound that is decoded when all frames are known.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...runtime.allocator import trim
from .config import FRAME_SAMPLES, VocoderConfig

SLOPE, LAST_SLOPE = 0.1, 0.01
CONTEXT = 13  # frames
FIRST_CHUNK, MAX_CHUNK = 16, 128  # frames: 0.2 s, doubled each time up to 1.4 s, which sets the peak memory


class ResidualStack(nn.Module):
    """Pairs of convolutions with growing dilation: [B, C, S] -> [B, C, S]."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.dilated = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=dilation, padding=(kernel - 1) * dilation // 2)
            for dilation in dilations
        )
        self.plain = nn.ModuleList(nn.Conv1d(channels, channels, kernel, padding=kernel // 2) for _ in dilations)

    def forward(self, x: Tensor) -> Tensor:
        for dilated, plain in zip(self.dilated, self.plain, strict=True):
            x = x + plain(F.leaky_relu(dilated(F.leaky_relu(x, SLOPE)), SLOPE))
        return x


class Vocoder(nn.Module):
    """See the module docstring."""

    def __init__(self, config: VocoderConfig = VocoderConfig()) -> None:
        super().__init__()
        widths = [config.channels // 2**stage for stage in range(len(config.strides) + 1)]
        self.enter = nn.Conv1d(config.latent, widths[0], 7, padding=3)
        self.enter_speaker = nn.Conv1d(config.speaker, widths[0], 1)
        self.upsamplers = nn.ModuleList(
            nn.ConvTranspose1d(inputs, outputs, kernel, stride, padding=(kernel - stride) // 2)
            for inputs, outputs, kernel, stride in zip(widths, widths[1:], config.kernels, config.strides, strict=False)
        )
        self.speakers = nn.ModuleList(nn.Conv1d(config.speaker, width, 1) for width in widths[1:])
        self.stacks = nn.ModuleList(
            ResidualStack(width, kernel, config.dilations) for width in widths[1:] for kernel in config.stacks
        )
        self.leave = nn.Conv1d(widths[-1], 1, 7, padding=3, bias=False)

    def forward(self, frames: Tensor, speaker: Tensor) -> Tensor:
        """Frames [B, C, m], speaker [B, 512] -> [B, 1, 256 m]."""
        voice = speaker[..., None]  # [B, 512, 1]
        x = self.enter(frames) + self.enter_speaker(voice)
        parallel = len(self.stacks) // len(self.upsamplers)
        for stage, (upsampler, condition) in enumerate(zip(self.upsamplers, self.speakers, strict=True)):
            x = upsampler(F.leaky_relu(x, SLOPE)) + condition(voice)
            first = stage * parallel
            total = self.stacks[first](x)
            for stack in self.stacks[first + 1 : first + parallel]:
                total = total + stack(x)
            x = total / parallel
        return torch.tanh(self.leave(F.leaky_relu(x, LAST_SLOPE)))

    def chunk(self, frames: Tensor, speaker: Tensor, first: int, last: int) -> Tensor:
        """The samples of frames [first, last) of all known ``frames``: [B, 1, 256 (last - first)]."""
        start, end = max(0, first - CONTEXT), min(frames.shape[-1], last + CONTEXT)
        sound = self(frames[..., start:end], speaker)
        trim()
        return sound[..., (first - start) * FRAME_SAMPLES : (last - start) * FRAME_SAMPLES]

    def chunks(self, frames: Tensor, speaker: Tensor) -> Iterator[Tensor]:
        """The whole waveform in chunks [B, 1, S]."""
        total = frames.shape[-1]
        for first, last in itertools.takewhile(lambda span: span[0] < total, chunk_grid()):
            yield self.chunk(frames, speaker, first, min(last, total))


def chunk_grid() -> Iterator[tuple[int, int]]:
    """Frames [first, last) of each chunk, without end."""
    first, length = 0, FIRST_CHUNK
    while True:
        yield first, first + length
        first, length = first + length, min(2 * length, MAX_CHUNK)
