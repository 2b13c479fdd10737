"""Speech -> wav2vec2 features for each frame of video: waveform [S] at 16 kHz -> windows [F, 5, layers, C].

The convolutional features (50 a second) are stretched to 25 a second *before* the transformer, as Hallo was trained.
Long speech is read in overlapping stretches, so that memory does not grow with its length.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

RATE = 16_000
CONTEXT = 2  # frames before and after each one
STRETCH, OVERLAP = 250, 50  # frames: 10 s, and 2 s on either side
SHORTEST = 640  # samples of one frame, and more than the convolutions need


class SpeechFeatures(nn.Module):
    """Wraps a transformers ``Wav2Vec2Model`` (its own ``device`` property cannot be moved by host programs)."""

    def __init__(self, wav2vec2: nn.Module) -> None:
        super().__init__()
        self.wav2vec2: Any = wav2vec2

    def forward(self, waveform: Tensor, frames: int) -> Tensor:
        """Every transformer layer's output for ``frames`` frames that span the waveform [S]: [F, layers, C]."""
        model = self.wav2vec2
        ready = waveform.to(next(model.parameters()).dtype)
        features = model.feature_extractor(ready[None])  # [1, C, T]
        features = F.interpolate(features, size=frames, mode="linear", align_corners=True).transpose(1, 2)
        projected, _ = model.feature_projection(features)
        outputs: list[Tensor] = []
        keep = [layer.register_forward_hook(partial(_collect, outputs)) for layer in model.encoder.layers]
        try:
            model.encoder(projected)
        finally:
            for handle in keep:
                handle.remove()
        return torch.stack(outputs, dim=2)[0]


def _collect(outputs: list[Tensor], _: nn.Module, __: object, output: Tensor | tuple[Tensor, ...]) -> None:
    """Layers answer with a tensor or, in older versions of transformers, with a tuple that begins with it."""
    outputs.append(output if isinstance(output, Tensor) else output[0])


def standardized(waveform: Tensor) -> Tensor:
    """Zero mean, unit variance."""
    return (waveform - waveform.mean()) / (waveform.var(unbiased=False) + 1e-7).sqrt()


def windows_around(layers: Tensor) -> Tensor:
    """[F, layers, C] -> [F, 5, layers, C]: each frame with its neighbours, those at the ends repeated."""
    frames = torch.arange(len(layers), device=layers.device)
    around = frames[:, None] + torch.arange(-CONTEXT, CONTEXT + 1, device=layers.device)
    return layers[around.clamp(0, len(layers) - 1)]


class SpeechReader:
    """Windows of features for any frames of a waveform [S] at 16 kHz, computed a stretch at a time when asked for.

    Speech shorter than its frames ends in silence. A stretch of all frames reads the speech as the reference does.
    """

    def __init__(self, net: SpeechFeatures, waveform: Tensor, frames: int, fps: float, stretch: int = STRETCH) -> None:
        self._net, self._frames, self._fps, self._length = net, frames, fps, stretch
        wanted = max(round(frames * RATE / fps), SHORTEST)
        self._waveform = F.pad(standardized(waveform), (0, max(0, wanted - len(waveform))))
        self._stretch = -1
        self._first, self._layers = 0, torch.empty(0)

    def windows(self, first: int, end: int) -> Tensor:
        """Frames [first, end) with their neighbours: [end - first, 5, layers, C]."""
        self._read(first // self._length)
        around = torch.arange(first, end)[:, None] + torch.arange(-CONTEXT, CONTEXT + 1)
        return self._layers[around.clamp(0, self._frames - 1).to(self._layers.device) - self._first]

    def _read(self, stretch: int) -> None:
        """Let ``_layers`` hold the stretch and what overlaps with it."""
        if stretch == self._stretch:
            return
        first = max(0, stretch * self._length - OVERLAP)
        end = min(self._frames, (stretch + 1) * self._length + OVERLAP)
        seen = self._waveform[round(first * RATE / self._fps) : round(end * RATE / self._fps)]
        self._layers, self._first, self._stretch = self._net(seen, end - first), first, stretch
