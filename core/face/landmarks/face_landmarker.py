"""Faces of an image: detection -> upright crop -> 478-point mesh -> 52 blendshapes.

In: an image [1, 3, H, W] in 0..1. Out: ``FaceLandmarks`` for every face, the largest first. Agrees with Google's
Face Landmarker in image mode. Beyond it: when the whole image shows no face, overlapping square tiles of half,
a quarter and an eighth of its longer side are searched, so that a small face in a big picture is found too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from . import blaze_face, face_mesh
from .blaze_face import BlazeFace
from .blendshapes import BlendshapeMixer
from .canonical_face import CanonicalFace
from .crops import Region, apply_affine, crop
from .detection import decode, face_region, suppress
from .face_mesh import FaceMesh

MIN_PRESENCE = 0.5
SMALLEST_TILE = 256
TILE_LEVELS = 3
BATCH = 32


@dataclass(frozen=True)
class FaceLandmarks:
    """One face. ``points`` [478, 3] in image pixels (z at the same scale, negative towards the camera),
    ``blendshapes`` [52] in 0..1, ``bbox`` [4] (x0, y0, x1, y1 around the points), ``score`` the mesh's presence 0..1.
    """

    points: Tensor
    blendshapes: Tensor
    bbox: Tensor
    score: float


class FaceLandmarker(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.detector = BlazeFace()
        self.mesh = FaceMesh()
        self.mixer = BlendshapeMixer()
        self.canonical = CanonicalFace()

    @torch.no_grad()
    def detect(self, image: Tensor) -> list[FaceLandmarks]:
        """Every face of the image [1, 3, H, W] 0..1, on the nets' own device; empty when there is none."""
        image = image.to(next(self.parameters()))
        faces = [self._landmarks(image, face_region(row)) for row in self._detections(image)]
        found = [face for face in faces if face.score >= MIN_PRESENCE]
        return sorted(found, key=_area, reverse=True)

    @torch.no_grad()
    def blendshapes(self, points: Tensor) -> Tensor:
        """Blendshapes [52] of landmarks [478, 2 or 3] in pixels."""
        return self.mixer(points.to(next(self.parameters())).unsqueeze(0))[0]

    def _detections(self, image: Tensor) -> Tensor:
        height, width = image.shape[-2:]
        whole = [Region(width / 2, height / 2, max(height, width))]
        found = self._search(image, whole)
        tile = max(height, width) // 2
        for _ in range(TILE_LEVELS):
            if len(found) or tile < SMALLEST_TILE:
                break
            found = self._search(image, list(tiles(height, width, tile)))
            tile //= 2
        return found

    def _search(self, image: Tensor, regions: list[Region]) -> Tensor:
        """Detections [M, 17] in image pixels from all regions together."""
        found = []
        for first in range(0, len(regions), BATCH):
            batch = regions[first : first + BATCH]
            inputs = torch.cat([crop(image, region, blaze_face.INPUT_SIZE, repeat_edges=False) for region in batch])
            boxes, logits = self.detector(inputs * 2 - 1)
            found.extend(decode(*outputs) for outputs in zip(boxes, logits, batch, strict=True))
        return suppress(torch.cat(found))

    def _landmarks(self, image: Tensor, region: Region) -> FaceLandmarks:
        size = face_mesh.INPUT_SIZE
        in_crop, presence = self.mesh(crop(image, region, size, repeat_edges=True))
        flat = apply_affine(region.to_image(size).to(image), in_crop[0, :, :2])
        points = torch.cat([flat, in_crop[0, :, 2:] * (region.side / size)], dim=1)
        bbox = torch.cat([flat.amin(dim=0), flat.amax(dim=0)])
        return FaceLandmarks(points, self.mixer(points.unsqueeze(0))[0], bbox, torch.sigmoid(presence).item())


def tiles(height: int, width: int, side: int) -> Iterator[Region]:
    """Squares of ``side`` that cover the image, each overlapping the next by half."""
    for y in _centres(height, side):
        for x in _centres(width, side):
            yield Region(x, y, side)


def _centres(length: int, side: int) -> list[float]:
    count = max(1, -(-2 * (length - side) // side) + 1)
    if count == 1:
        return [length / 2]
    return torch.linspace(side / 2, length - side / 2, count).tolist()


def _area(face: FaceLandmarks) -> float:
    return (face.bbox[2:] - face.bbox[:2]).prod().item()
