"""Face locator: the face region [1, 3, H, W], 1 in the face box and 0 around it -> a map [1, C, H / 8, W / 8].

The map is added after the denoising UNet's first convolution. All frames share it, so it is computed once.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

CHANNELS = (16, 32, 64, 128)


class FaceLocator(nn.Module):
    """Eight convolutions; every other one of the inner six halves the resolution."""

    def __init__(self, out_channels: int = 320) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(3, CHANNELS[0], 3, padding=1)
        self.blocks = nn.ModuleList()
        for narrow, wide in pairwise(CHANNELS):
            self.blocks.append(nn.Conv2d(narrow, narrow, 3, padding=1))
            self.blocks.append(nn.Conv2d(narrow, wide, 3, stride=2, padding=1))
        self.conv_out = nn.Conv2d(CHANNELS[-1], out_channels, 3, padding=1)

    def forward(self, face_region: Tensor) -> Tensor:
        hidden = F.silu(self.conv_in(face_region))
        for block in self.blocks:
            hidden = F.silu(block(hidden))
        return self.conv_out(hidden)
