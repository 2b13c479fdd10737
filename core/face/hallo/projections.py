"""Projections of the face embedding and of the speech features to tokens that the UNets attend to.

``ImageProjection``: ArcFace embedding [B, 512] -> [B, 4, 768]. ``AudioProjection``: five frames of wav2vec2 layers
around each frame, [F, 5, 12, 768] -> [F, 32, 768].
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from .config import AudioProjectionConfig


class ImageProjection(nn.Module):
    """One linear layer, split into tokens. The unconditional tokens are the projection of zeros, not zero tokens."""

    def __init__(self, embedding: int = 512, tokens: int = 4, width: int = 768) -> None:
        super().__init__()
        self.tokens = tokens
        self.proj = nn.Linear(embedding, tokens * width)
        self.norm = nn.LayerNorm(width)

    def forward(self, embedding: Tensor) -> Tensor:
        return self.norm(self.proj(embedding).unflatten(-1, (self.tokens, -1)))  # [B, tokens, width]


class AudioProjection(nn.Module):
    """Three linear layers over the whole context window, split into tokens."""

    def __init__(self, config: AudioProjectionConfig = AudioProjectionConfig()) -> None:
        super().__init__()
        self.config = config
        self.proj1 = nn.Linear(config.inputs, config.hidden)
        self.proj2 = nn.Linear(config.hidden, config.hidden)
        self.proj3 = nn.Linear(config.hidden, config.tokens * config.width)
        self.norm = nn.LayerNorm(config.width)

    def forward(self, windows: Tensor) -> Tensor:
        hidden = F.relu(self.proj1(windows.flatten(1)))  # [F, frames layers features]
        tokens = self.proj3(F.relu(self.proj2(hidden)))
        return self.norm(tokens.unflatten(-1, (self.config.tokens, -1)))  # [F, tokens, width]
