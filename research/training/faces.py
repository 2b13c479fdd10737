"""Faces for the joint training: the visual encoder's inputs, varied so that no portrait is memorised.

In: a safetensors file of analysed portraits (crop [N, 3, 64, 64], landmarks [N, 478, 2], blendshapes [N, 52]);
``research.training.collect_faces`` writes it. Wide mouths move more: the amplitude of all articulation follows the
width of the mouth, which the network has to find in the visual tokens.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

MOUTH_LEFT, MOUTH_RIGHT = 61, 291
TYPICAL_WIDTH = 0.75  # inter-ocular distances
NO_FACE_SHARE = 0.1  # share of speech without a face: grey crop, all else zero


@dataclass(frozen=True)
class FaceBatch:
    crop: Tensor  # [B, 3, 64, 64]
    landmarks: Tensor  # [B, 478, 2]
    blendshapes: Tensor  # [B, 52]
    amplitude: Tensor  # [B]


class Faces:
    """Random variations of a few analysed portraits."""

    def __init__(self, path: Path) -> None:
        tensors = load_file(path)
        self.crop, self.landmarks, self.blendshapes = (
            tensors[name].float() for name in ("crop", "landmarks", "blendshapes")
        )

    def sample(self, count: int, rng: random.Random) -> FaceBatch:
        generator = torch.Generator().manual_seed(rng.randrange(2**31))
        pick = torch.randint(len(self.crop), (count,), generator=generator)
        gain, lift = torch.rand(2, count, 3, 1, 1, generator=generator)
        crop = (self.crop[pick] * (0.6 + 0.8 * gain) + 0.3 * lift - 0.15).clamp(0, 1)
        stretch = 0.85 + 0.3 * torch.rand(count, 1, 2, generator=generator)
        noise = 0.01 * torch.randn(count, 478, 2, generator=generator)
        landmarks = self.landmarks[pick] * stretch + noise
        blendshapes = self.blendshapes[pick] * torch.rand(count, 1, generator=generator)
        width = mouth_amplitude(landmarks)
        faceless = torch.rand(count, generator=generator) < NO_FACE_SHARE
        crop[faceless], landmarks[faceless], blendshapes[faceless], width[faceless] = 0.5, 0.0, 0.0, 1.0
        return FaceBatch(crop, landmarks, blendshapes, width)


def mouth_amplitude(landmarks: Tensor) -> Tensor:
    """How far a mouth of this width moves, 1 for a typical one: [B, 478, 2] -> [B]."""
    width = (landmarks[:, MOUTH_LEFT] - landmarks[:, MOUTH_RIGHT]).norm(dim=-1)
    return (width / TYPICAL_WIDTH).clamp(0.8, 1.2)
