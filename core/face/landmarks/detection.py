"""BlazeFace's outputs -> detections in the image: anchors, decoding, weighted non-maximum suppression.

A detection is a row of 17 numbers in image pixels: x0, y0, x1, y1, then x, y of six key points (the person's right
eye, left eye, nose tip, mouth centre, right and left ear), then the score 0..1.
Source: the SSD options of Google's Face Landmarker (fixed anchors, one per centre; overlap 0.3).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .crops import CropRegion

ANCHOR_GRIDS = ((8, 2), (16, 6))  # (pixels between cells, anchors per cell)
MAX_OVERLAP = 0.3
FACE_REGION_SCALE = 1.5
RIGHT_EYE, LEFT_EYE = slice(4, 6), slice(6, 8)
SCORE = 16


def anchor_centers(size: int) -> Tensor:
    """Anchor centres [A, 2] in pixels of a ``size`` x ``size`` input, row by row: 896 of them when it is 128."""
    centers = []
    for stride, per_cell in ANCHOR_GRIDS:
        steps = (torch.arange(size // stride, dtype=torch.float32) + 0.5) * stride
        rows, columns = torch.meshgrid(steps, steps, indexing="ij")
        grid = torch.stack([columns, rows], dim=-1).reshape(-1, 1, 2)  # [cells * cells, 1, 2]
        centers.append(grid.expand(-1, per_cell, 2).reshape(-1, 2))
    return torch.cat(centers)


def decode_boxes(boxes: Tensor, logits: Tensor, region: CropRegion, size: int, min_score: float) -> Tensor:
    """Candidates [N, 17] in image pixels from the raw boxes [A, 16] and logits [A] of an upright region that was
    resampled to ``size`` x ``size`` pixels."""
    scores = torch.sigmoid(logits)
    selected = scores >= min_score
    pairs = boxes[selected].reshape(-1, 8, 2)  # centre, size, six key points
    anchors = anchor_centers(size).to(boxes)[selected].unsqueeze(1)
    half = pairs[:, 1:2] / 2
    center = pairs[:, :1] + anchors
    points = torch.cat([center - half, center + half, pairs[:, 2:] + anchors], dim=1) / size
    corner = torch.tensor([region.center_x, region.center_y]).to(boxes) - region.side / 2
    return torch.cat([(points * region.side + corner).flatten(1), scores[selected].unsqueeze(1)], dim=1)


def non_maximum_suppression(candidates: Tensor) -> Tensor:
    """Overlapping candidates [N, 17] become their score-weighted mean [M, 17], the best score first."""
    remaining = candidates[candidates[:, SCORE].argsort(descending=True)]
    faces = []
    while len(remaining):
        same = intersection_over_union(remaining[0], remaining) > MAX_OVERLAP
        group = remaining[same]
        weights = group[:, SCORE:] / group[:, SCORE].sum()
        faces.append(torch.cat([(group[:, :SCORE] * weights).sum(0), remaining[0, SCORE:]]))
        remaining = remaining[~same]
    return torch.stack(faces) if faces else candidates


def intersection_over_union(one: Tensor, many: Tensor) -> Tensor:
    """Of one detection's box [17] with those of [N, 17]: [N]."""
    low, high = torch.maximum(one[:2], many[:, :2]), torch.minimum(one[2:4], many[:, 2:4])
    shared = (high - low).clamp(min=0).prod(dim=1)
    area = (one[2:4] - one[:2]).prod()
    return shared / (area + (many[:, 2:4] - many[:, :2]).prod(dim=1) - shared)


def face_region(detection: Tensor) -> CropRegion:
    """The square around a detection [17], rotated so that the eyes are level."""
    x0, y0, x1, y1 = detection[:4].tolist()
    across = (detection[LEFT_EYE] - detection[RIGHT_EYE]).tolist()
    side = FACE_REGION_SCALE * max(x1 - x0, y1 - y0)
    return CropRegion((x0 + x1) / 2, (y0 + y1) / 2, side, math.atan2(across[1], across[0]))
