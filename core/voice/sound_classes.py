"""Eight kinds of sound, from fricatives to open vowels, told apart by the coarse shape of their log-mel spectrum.

A shape is the first cosines of a log-mel frame less their mean over a voice's speech. The centres were found by k-means
on the training speech (``python -m narrating_face.research.training.phone_classes``); they belong to no voice.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from ..audio.mel import N_MELS

COSINES = 20  # of a log-mel frame: a smooth curve; finer detail is pitch and chance
CENTRES = (
    (-24.7, 5.0, 5.6, 1.8, 2.4, 0.9, 0.9, 0.2),
    (-10.5, 5.2, 2.4, 0.4, 0.9, 0.3, 0.4, 0.2),
    (-2.7, -1.4, 1.3, 2.9, 1.5, -0.3, -0.1, 0.7),
    (0.3, 5.8, -0.5, -2.1, -0.9, -0.5, 0.9, -0.7),
    (0.6, -18.5, 1.7, -0.6, -1.9, 2.4, -0.8, 1.1),
    (3.8, -9.1, 1.0, 1.2, -0.6, 1.9, -0.7, 0.6),
    (6.0, 0.1, -1.5, 1.6, 1.4, -1.2, -1.1, -0.4),
    (9.7, 3.7, -4.3, -2.7, -1.6, -1.0, 0.4, -0.6),
)
WIDTH = 3.7  # of a class in each cosine


@lru_cache(maxsize=1)
def cosine_waves() -> Tensor:
    """Orthonormal rows [20, 100]: frames times their transpose are cosines, cosines times them are smooth frames."""
    with torch.inference_mode(False):
        place = math.pi * (torch.arange(N_MELS) + 0.5) / N_MELS
        waves = torch.stack([(number * place).cos() for number in range(COSINES)])
        return waves / waves.norm(dim=1, keepdim=True)


def class_shares(shapes: Tensor) -> Tensor:
    """Cosines [..., T, 20] less their mean -> how much of each frame is of each class [..., T, 8]."""
    centers = torch.tensor(CENTRES, dtype=shapes.dtype, device=shapes.device)
    distance = torch.cdist(shapes[..., : centers.shape[1]], centers.expand(*shapes.shape[:-2], -1, -1))
    return (-distance.square() / (2 * WIDTH**2)).softmax(-1)
