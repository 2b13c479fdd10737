"""BlazeFace, short range: detects faces that fill a good part of the picture.

In: images [B, 3, 128, 128] (or any multiple of 16 pixels a side) in -1..1. Out: box regressors [B, A, 16] in pixels
of that input (centre x, y from the anchor, width, height, then x, y of both eyes, nose, mouth and both ears) and face
logits [B, A], one row per anchor of ``detection.anchor_centers``: 896 for 128 pixels.
Source: the ``face_detector`` graph of Google's Face Landmarker (Bazarevsky et al., "BlazeFace", 2019).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

INPUT_SIZE = 128
VALUES_PER_ANCHOR = 16
STEM_WIDTH = 24
# (channels out, stride) of each block: 64 x 64 cells down to 16 x 16, then 8 x 8.
FINE_BLOCKS = ((24, 1), (28, 1), (32, 2), (36, 1), (42, 1), (48, 2), (56, 1), (64, 1), (72, 1), (80, 1), (88, 1))
COARSE_BLOCKS = ((96, 2), (96, 1), (96, 1), (96, 1), (96, 1))


class BlazeBlock(nn.Module):
    """Depthwise 3 x 3, pointwise, and a shortcut whose missing channels are zeros."""

    def __init__(self, width_in: int, width_out: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.new_channels = width_out - width_in
        self.depthwise = nn.Conv2d(width_in, width_in, 3, stride, groups=width_in)
        self.pointwise = nn.Conv2d(width_in, width_out, 1)

    def forward(self, features: Tensor) -> Tensor:
        shortcut = features if self.stride == 1 else F.max_pool2d(features, 2)
        shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.new_channels))
        before = 1 if self.stride == 1 else 0
        features = self.depthwise(F.pad(features, (before, 1, before, 1)))
        return F.relu(shortcut + self.pointwise(features))


def _blocks(width: int, specs: tuple[tuple[int, int], ...]) -> nn.Sequential:
    blocks = []
    for width_out, stride in specs:
        blocks.append(BlazeBlock(width, width_out, stride))
        width = width_out
    return nn.Sequential(*blocks)


class BlazeFace(nn.Module):
    """16 blocks and two heads: 2 anchors per cell on the 16 x 16 grid, 6 on the 8 x 8 grid."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, STEM_WIDTH, 5, stride=2)
        self.fine = _blocks(STEM_WIDTH, FINE_BLOCKS)
        self.coarse = _blocks(88, COARSE_BLOCKS)
        self.fine_scores = nn.Conv2d(88, 2, 1)
        self.coarse_scores = nn.Conv2d(96, 6, 1)
        self.fine_boxes = nn.Conv2d(88, 2 * VALUES_PER_ANCHOR, 1)
        self.coarse_boxes = nn.Conv2d(96, 6 * VALUES_PER_ANCHOR, 1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.fine(F.relu(self.stem(F.pad(images, (1, 2, 1, 2)))))
        coarse = self.coarse(fine)
        scores = torch.cat([_per_anchor(self.fine_scores(fine), 1), _per_anchor(self.coarse_scores(coarse), 1)], dim=1)
        boxes = torch.cat(
            [
                _per_anchor(self.fine_boxes(fine), VALUES_PER_ANCHOR),
                _per_anchor(self.coarse_boxes(coarse), VALUES_PER_ANCHOR),
            ],
            dim=1,
        )
        return boxes, scores.squeeze(-1)


def _per_anchor(values: Tensor, size: int) -> Tensor:
    """[B, anchors * size, rows, columns] -> [B, rows * columns * anchors, size]."""
    return values.permute(0, 2, 3, 1).reshape(values.shape[0], -1, size)
