"""Visual encoder, starter family: a face -> visual tokens [B, 18, 512].

16 tokens are 16 x 16 patches of the upright face crop [B, 3, 64, 64]; one encodes the 478 landmarks in the face's own
frame [B, 478, 2] (iris midpoint at the origin, inter-ocular distance 1), one the 52 blendshapes [B, 52].
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CROP, PATCH = 64, 16
LANDMARKS, BLENDSHAPES = 478, 52


@dataclass(frozen=True)
class VisualConfig:
    bottleneck: int = 64
    width: int = 512


class VisualEncoder(nn.Module):
    """See the module docstring."""

    def __init__(self, config: VisualConfig = VisualConfig()) -> None:
        super().__init__()
        self.config = config
        patches = (CROP // PATCH) ** 2
        self.patch = _bottleneck(3 * PATCH * PATCH, config)
        self.geometry = _bottleneck(2 * LANDMARKS, config)
        self.expression = _bottleneck(BLENDSHAPES, config)
        self.places = nn.Parameter(0.1 * torch.randn(patches + 2, config.width))

    def forward(self, crop: Tensor, landmarks: Tensor, blendshapes: Tensor) -> Tensor:
        pixels = F.unfold(2 * crop - 1, PATCH, stride=PATCH).transpose(1, 2)  # [B, 16, 3 * 16 * 16]
        tokens = [
            self.patch(pixels),
            self.geometry(landmarks.flatten(1))[:, None],
            self.expression(blendshapes)[:, None],
        ]
        return torch.cat(tokens, 1) + self.places  # [B, 18, 512]


def _bottleneck(size: int, config: VisualConfig) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, config.bottleneck), nn.GELU(), nn.Linear(config.bottleneck, config.width))
