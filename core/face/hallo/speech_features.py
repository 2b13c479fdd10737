"""Speech features: waveform [S] at 16 kHz -> wav2vec2 features [F, 5, layers, C], a context window for each frame.

The convolutional features (50 a second) are interpolated to one for each frame *before* the transformer, as in Hallo's
training. Long speech is processed in overlapping chunks, so that memory does not grow with its length.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WAV2VEC2_RATE = 16_000
CONTEXT = 2  # frames on either side of each one
CHUNK_FRAMES, OVERLAP = 250, 50  # frames: 10 s, and 2 s on either side
MIN_SAMPLES = 640  # of one frame, and more than the convolutions need


class SpeechFeatures(nn.Module):
    """Wraps a transformers ``Wav2Vec2Model``, because host programs set ``device``, which is read-only there."""

    def __init__(self, wav2vec2: nn.Module) -> None:
        super().__init__()
        self.wav2vec2: Any = wav2vec2

    def forward(self, waveform: Tensor, frames: int) -> Tensor:
        """Every transformer layer's output for ``frames`` frames that span the waveform [S]: [F, layers, C]."""
        model = self.wav2vec2
        samples = waveform.to(next(model.parameters()).dtype)
        features = model.feature_extractor(samples[None])  # [1, C, T]
        features = F.interpolate(features, size=frames, mode="linear", align_corners=True).transpose(1, 2)
        projected, _ = model.feature_projection(features)
        outputs: list[Tensor] = []
        hooks = [layer.register_forward_hook(partial(_collect, outputs)) for layer in model.encoder.layers]
        try:
            model.encoder(projected)
        finally:
            for hook in hooks:
                hook.remove()
        return torch.stack(outputs, dim=2)[0]


def _collect(outputs: list[Tensor], _: nn.Module, __: object, output: Tensor | tuple[Tensor, ...]) -> None:
    """Layers return a tensor or, in older versions of transformers, a tuple that begins with it."""
    outputs.append(output if isinstance(output, Tensor) else output[0])


def standardized(waveform: Tensor) -> Tensor:
    """Zero mean, unit variance."""
    return (waveform - waveform.mean()) / (waveform.var(unbiased=False) + 1e-7).sqrt()


def context_windows(layers: Tensor) -> Tensor:
    """[F, layers, C] -> [F, 5, layers, C]: each frame with its neighbours; the first and last frame are repeated."""
    frames = torch.arange(len(layers), device=layers.device)
    around = frames[:, None] + torch.arange(-CONTEXT, CONTEXT + 1, device=layers.device)
    return layers[around.clamp(0, len(layers) - 1)]


class SpeechReader:
    """Features for any frames of a waveform [S] at 16 kHz, computed chunk by chunk on demand.

    Speech shorter than its frames is padded with silence. One chunk of all frames is what the reference computes.
    """

    def __init__(
        self, net: SpeechFeatures, waveform: Tensor, frames: int, fps: float, chunk_frames: int = CHUNK_FRAMES
    ) -> None:
        self._net, self._frames, self._fps, self._chunk_frames = net, frames, fps, chunk_frames
        samples = max(round(frames * WAV2VEC2_RATE / fps), MIN_SAMPLES)
        self._waveform = F.pad(standardized(waveform), (0, max(0, samples - len(waveform))))
        self._chunk = -1
        self._first, self._layers = 0, torch.empty(0)

    def windows(self, first: int, end: int) -> Tensor:
        """Context windows of frames [first, end), which one chunk and its overlap hold: [end - first, 5, layers, C]."""
        self._load_chunk(first // self._chunk_frames)
        around = torch.arange(first, end)[:, None] + torch.arange(-CONTEXT, CONTEXT + 1)
        return self._layers[around.clamp(0, self._frames - 1).to(self._layers.device) - self._first]

    def _load_chunk(self, chunk: int) -> None:
        """Compute the features of a chunk and its overlap with both neighbours."""
        if chunk == self._chunk:
            return
        first = max(0, chunk * self._chunk_frames - OVERLAP)
        end = min(self._frames, (chunk + 1) * self._chunk_frames + OVERLAP)
        part = self._waveform[round(first * WAV2VEC2_RATE / self._fps) : round(end * WAV2VEC2_RATE / self._fps)]
        self._layers, self._first, self._chunk = self._net(part, end - first), first, chunk
