"""The 478-point face mesh with irises.

In: upright face crops [B, 3, 256, 256] in 0..1. Out: points [B, 478, 3] in crop pixels (x, y, and z at the same
scale, negative towards the camera) and face-presence logits [B]. Source: the ``face_landmarks_detector`` graph of
Google's Face Landmarker (Kartynnik et al., "Real-time Facial Surface Geometry", 2019; Grishchenko et al., 2020).
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

INPUT_SIZE = 256
POINTS = 478
# (channels inside the blocks, channels between them) at 128, 64, 32, 16, 8, 4 and 2 cells a side.
STAGES = ((8, 16), (16, 32), (32, 64), (64, 128), (64, 128), (64, 128), (64, 128))
BLOCKS_PER_STAGE = 4


class Bottleneck(nn.Module):
    """Reduce, depthwise 3 x 3, expand, added to the input."""

    def __init__(self, inner: int, width: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(width, inner, 1)
        self.reduce_act = nn.PReLU(inner)
        self.depthwise = nn.Conv2d(inner, inner, 3, padding=1, groups=inner, bias=False)
        self.expand = nn.Conv2d(inner, width, 1)
        self.out_act = nn.PReLU(width)

    def forward(self, features: Tensor) -> Tensor:
        inner = self.depthwise(self.reduce_act(self.reduce(features)))
        return self.out_act(features + self.expand(inner))


class DownBottleneck(nn.Module):
    """A bottleneck that halves the grid; channels that the shortcut lacks are zeros."""

    def __init__(self, width_in: int, inner: int, width: int) -> None:
        super().__init__()
        self.new_channels = width - width_in
        self.reduce = nn.Conv2d(width_in, inner, 2, stride=2)
        self.reduce_act = nn.PReLU(inner)
        self.depthwise = nn.Conv2d(inner, inner, 3, padding=1, groups=inner, bias=False)
        self.expand = nn.Conv2d(inner, width, 1)
        self.out_act = nn.PReLU(width)

    def forward(self, features: Tensor) -> Tensor:
        shortcut = F.pad(F.max_pool2d(features, 2), (0, 0, 0, 0, 0, self.new_channels))
        inner = self.depthwise(self.reduce_act(self.reduce(features)))
        return self.out_act(shortcut + self.expand(inner))


class FaceMesh(nn.Module):
    """A plain residual network from 256 x 256 pixels to 2 x 2 cells, and two heads over those four cells."""

    def __init__(self) -> None:
        super().__init__()
        first_width = STAGES[0][1]
        self.stem = nn.Conv2d(3, first_width, 3, stride=2)
        self.stem_act = nn.PReLU(first_width)
        self.blocks = nn.Sequential(*_stages())
        self.presence = nn.Conv2d(STAGES[-1][1], 1, 2)
        self.points = nn.Conv2d(STAGES[-1][1], POINTS * 3, 2)

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        features = self.stem_act(self.stem(F.pad(crops, (0, 1, 0, 1))))
        features = self.blocks(features)
        points = self.points(features).reshape(-1, POINTS, 3)  # [B, 1434, 1, 1] -> [B, 478, 3]
        return points, self.presence(features).flatten()


def _stages() -> list[nn.Module]:
    blocks: list[nn.Module] = []
    width_in = 0
    for inner, width in STAGES:
        if width_in:
            blocks.append(DownBottleneck(width_in, inner, width))
        blocks.extend(Bottleneck(inner, width) for _ in range(BLOCKS_PER_STAGE))
        width_in = width
    return blocks
