"""Soft masks of a portrait's face and lips, and of any closed contour [N, 2] in pixels.

A mask [1, 1, H, W] is 1 inside and 0 outside, falling linearly over ``softness`` pixels across the contour.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from ..bundles import Portrait
from . import topology
from .measurements import inter_ocular

CELLS_PER_SOFTNESS = 4
FACE_SOFTNESS, LIP_SOFTNESS = 0.20, 0.06  # inter-ocular distances


def face_mask(portrait: Portrait) -> Tensor:
    """The face without the hair: [1, 1, H, W]."""
    return _portrait_mask(portrait, list(topology.FACE_OVAL), FACE_SOFTNESS)


def lip_mask(portrait: Portrait) -> Tensor:
    """The lips with what is between them: [1, 1, H, W]."""
    return _portrait_mask(portrait, _lip_contour(), LIP_SOFTNESS)


def _portrait_mask(portrait: Portrait, contour: list[int], softness: float) -> Tensor:
    height, width = portrait.image.shape[-2:]
    eyes = inter_ocular(portrait.landmarks).item()
    return soft_mask(portrait.landmarks[contour, :2], height, width, softness=softness * eyes)


def _lip_contour() -> list[int]:
    return [*topology.LIPS_OUTER_UPPER, *reversed(topology.LIPS_OUTER_LOWER[1:-1])]


def soft_mask(contour: Tensor, height: int, width: int, softness: float) -> Tensor:
    """Computed only around the contour, on a grid just fine enough for the soft edge, then enlarged."""
    low, high = contour.amin(dim=0) - softness, contour.amax(dim=0) + softness
    left, top = (max(0, math.floor(value)) for value in low.tolist())
    right, bottom = (min(limit, math.ceil(v) + 1) for v, limit in zip(high.tolist(), (width, height), strict=True))
    mask = contour.new_zeros(1, 1, height, width)
    if left < right and top < bottom:
        mask[..., top:bottom, left:right] = _rasterize(contour, (left, top, right, bottom), softness)
    return mask


def _rasterize(contour: Tensor, box: tuple[int, int, int, int], softness: float) -> Tensor:
    """[1, 1, bottom - top, right - left]."""
    left, top, right, bottom = box
    cell = max(1.0, softness / CELLS_PER_SOFTNESS)
    columns = torch.linspace(left, right - 1, math.ceil((right - left) / cell) + 1, device=contour.device)
    rows = torch.linspace(top, bottom - 1, math.ceil((bottom - top) / cell) + 1, device=contour.device)
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    inside = (0.5 + signed_distance(torch.stack([x, y], dim=-1), contour) / softness).clamp(0, 1)
    return F.interpolate(inside[None, None], (bottom - top, right - left), mode="bilinear", align_corners=True)


def signed_distance(points: Tensor, contour: Tensor) -> Tensor:
    """Distance of points [..., 2] to a closed contour [N, 2], positive inside: [...]."""
    start, end = contour, contour.roll(-1, dims=0)
    edge, offset = end - start, points[..., None, :] - start  # [N, 2], [..., N, 2]
    along = ((offset * edge).sum(-1) / (edge**2).sum(-1).clamp(min=1e-12)).clamp(0, 1)
    distance = (offset - along[..., None] * edge).norm(dim=-1).amin(dim=-1)
    crosses = (start[:, 1] > points[..., None, 1]) != (end[:, 1] > points[..., None, 1])
    right_of_point = edge[:, 0] * offset[..., 1] / torch.where(edge[:, 1] == 0, 1, edge[:, 1]) > offset[..., 0]
    inside = (crosses & right_of_point).sum(dim=-1) % 2 == 1
    return torch.where(inside, distance, -distance)
