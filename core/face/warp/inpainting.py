"""Inpainting of small parts of a picture by diffusion: unknown pixels take the colours of known ones nearby.

Pictures are [C, h, w]; lengths in pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor


def blur(image: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of [C, h, w]; the border is repeated outside the image."""
    rows, columns = (_blur_matrix(size, sigma, image.device) for size in image.shape[1:])
    return rows @ image @ columns.T


def _blur_matrix(size: int, sigma: float, device: torch.device) -> Tensor:
    """Weights [size, size] of each sample (column) in each blurred sample (row)."""
    radius = max(1, int(3 * sigma))
    position = torch.arange(-radius, size + radius, device=device)
    distance = position - torch.arange(size, device=device)[:, None]
    weights = torch.exp(-0.5 * (distance / max(sigma, 0.3)) ** 2) * (distance.abs() <= radius)
    weights = weights / weights.sum(1, keepdim=True)
    return weights.new_zeros(size, size).index_add_(1, position.clamp(0, size - 1), weights)


def fill_unknown(color: Tensor, known: Tensor, radius: float) -> Tensor:
    """Fill unknown pixels of ``color`` [C, h, w] from ``known`` [h, w] bool ones nearby, at four increasing scales."""
    mask = known.float()[None]
    total, weight = torch.zeros_like(color), torch.zeros_like(mask)
    for scale, trust in ((0.3, 1.0), (0.8, 1e-2), (2.0, 1e-4), (5.0, 1e-6)):
        total += trust * blur(color * mask, scale * radius)
        weight += trust * blur(mask, scale * radius)
    filled = total / weight.clamp_min(1e-12)
    return torch.where(known, color, filled)
