"""Faces of an image: detection -> upright crop -> 478-point mesh -> 52 blendshapes.

In: an image [1, 3, H, W] in 0..1. Out: ``FaceLandmarks`` of every face, the largest first. Agrees with Google's Face
Landmarker in image mode. In addition, an image without a face at the detector's own 128 pixels is searched at 256, 512
and 1024, where the fully convolutional detector finds smaller faces in larger pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from . import face_mesh
from .blaze_face import INPUT_SIZE, BlazeFace
from .blendshapes import BlendshapeMixer
from .canonical_face import CanonicalFace
from .crops import CropRegion, apply_affine, crop
from .detection import decode_boxes, face_region, non_maximum_suppression
from .face_mesh import FaceMesh

MIN_SCORE = 0.5
FINER_SIZES = (256, 512, 1024)
MIN_FINER_SCORE = 0.75
MIN_PRESENCE = 0.5


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
    """The detector, the mesh, the blendshapes and the canonical face; see the module docstring."""

    def __init__(self) -> None:
        super().__init__()
        self.detector = BlazeFace()
        self.mesh = FaceMesh()
        self.mixer = BlendshapeMixer()
        self.canonical = CanonicalFace()

    @torch.no_grad()
    def detect(self, image: Tensor) -> list[FaceLandmarks]:
        """Every face of the image [1, 3, H, W] 0..1, on the networks' device; empty if there is none."""
        image = image.to(next(self.parameters()))
        for size, min_score in _scales(image):
            rows = self._search(image, size, min_score)
            faces = [self._landmarks(image, face_region(row)) for row in rows]
            found = [face for face in faces if face.score >= MIN_PRESENCE]
            if found:
                return sorted(found, key=_area, reverse=True)
        return []

    @torch.no_grad()
    def blendshapes(self, points: Tensor) -> Tensor:
        """Blendshapes [52] of landmarks [478, 2 or 3] in pixels."""
        return self.mixer(points.to(next(self.parameters())).unsqueeze(0))[0]

    def _search(self, image: Tensor, size: int, min_score: float) -> Tensor:
        """Detections [M, 17] in image pixels, from the whole image at ``size`` x ``size`` pixels."""
        height, width = image.shape[-2:]
        whole = CropRegion(width / 2, height / 2, max(height, width))
        boxes, logits = self.detector(crop(image, whole, size, repeat_edges=False) * 2 - 1)
        return non_maximum_suppression(decode_boxes(boxes[0], logits[0], whole, size, min_score))

    def _landmarks(self, image: Tensor, region: CropRegion) -> FaceLandmarks:
        size = face_mesh.INPUT_SIZE
        in_crop, presence = self.mesh(crop(image, region, size, repeat_edges=True))
        flat = apply_affine(region.to_image(size).to(image), in_crop[0, :, :2])
        points = torch.cat([flat, in_crop[0, :, 2:] * (region.side / size)], dim=1)
        bbox = torch.cat([flat.amin(dim=0), flat.amax(dim=0)])
        return FaceLandmarks(points, self.mixer(points.unsqueeze(0))[0], bbox, torch.sigmoid(presence).item())


def _scales(image: Tensor) -> Iterator[tuple[int, float]]:
    """(input size of the detector, minimal score of a face): the official ones, then finer ones."""
    yield INPUT_SIZE, MIN_SCORE
    for size in FINER_SIZES:
        if size <= max(image.shape[-2:]):
            yield size, MIN_FINER_SCORE


def _area(face: FaceLandmarks) -> float:
    return (face.bbox[2:] - face.bbox[:2]).prod().item()
