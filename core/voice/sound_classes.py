"""Eight classes of speech sounds, from fricatives to open vowels, by the coarse shape of their log-mel spectrum.

A shape is the first cepstral coefficients (DCT) of a log-mel frame minus their mean over the speech of the voice. The
centres are those of k-means over the training speech of many voices (``python -m
narrating_face.research.training.phone_classes``).
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from ..audio.mel import N_MELS

N_CEPSTRA = 20  # cepstral coefficients of a log-mel frame; finer detail is pitch and noise
CLASS_CENTERS = (
    (-24.7, 5.0, 5.6, 1.8, 2.4, 0.9, 0.9, 0.2),
    (-10.5, 5.2, 2.4, 0.4, 0.9, 0.3, 0.4, 0.2),
    (-2.7, -1.4, 1.3, 2.9, 1.5, -0.3, -0.1, 0.7),
    (0.3, 5.8, -0.5, -2.1, -0.9, -0.5, 0.9, -0.7),
    (0.6, -18.5, 1.7, -0.6, -1.9, 2.4, -0.8, 1.1),
    (3.8, -9.1, 1.0, 1.2, -0.6, 1.9, -0.7, 0.6),
    (6.0, 0.1, -1.5, 1.6, 1.4, -1.2, -1.1, -0.4),
    (9.7, 3.7, -4.3, -2.7, -1.6, -1.0, 0.4, -0.6),
)
CLASS_DEVIATION = 3.7  # of each class in each coefficient


@lru_cache(maxsize=1)
def dct_basis() -> Tensor:
    """Orthonormal rows [20, 100]: frames @ basis.T are cepstra, cepstra @ basis are smooth frames."""
    with torch.inference_mode(False):
        place = math.pi * (torch.arange(N_MELS) + 0.5) / N_MELS
        basis = torch.stack([(order * place).cos() for order in range(N_CEPSTRA)])
        return basis / basis.norm(dim=1, keepdim=True)


def class_shares(shapes: Tensor) -> Tensor:
    """Cepstra [..., T, 20] minus their mean -> share of each class in each frame [..., T, 8]."""
    centers = torch.tensor(CLASS_CENTERS, dtype=shapes.dtype, device=shapes.device)
    distance = torch.cdist(shapes[..., : centers.shape[1]], centers.expand(*shapes.shape[:-2], -1, -1))
    return (-distance.square() / (2 * CLASS_DEVIATION**2)).softmax(-1)
