"""The canonical (average) face in 3D, and the head pose and depth of landmarks relative to it.

``vertices`` [468, 3] in centimetres (x to the viewer's right, y up, z towards the viewer), ``triangles`` [898, 3] of
vertex numbers, ``weights`` [468] of each vertex in the fit: high where facial expressions move it little, 0 for most.
Source: the geometry metadata of Google's Face Landmarker.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

VERTICES, TRIANGLES = 468, 898
IRISES = ((468, 33, 133), (473, 362, 263))  # first of five iris points, and the corners of its eye


class HeadPose(NamedTuple):
    """Angles in radians: yaw turns the nose to the viewer's right, pitch down; roll is clockwise on screen."""

    yaw: float
    pitch: float
    roll: float


class CanonicalFace(nn.Module):
    vertices: Tensor
    triangles: Tensor
    weights: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("vertices", torch.zeros(VERTICES, 3))
        self.register_buffer("triangles", torch.zeros(TRIANGLES, 3, dtype=torch.long))
        self.register_buffer("weights", torch.zeros(VERTICES))

    def pose(self, points: Tensor) -> HeadPose:
        """Head pose of landmarks [478, 3] in pixels: the rotation of the average face that fits them best."""
        target = _centered(points[:VERTICES], self.weights)
        left, _, right = torch.linalg.svd(target.T @ (self._image_axes_face() * self.weights[:, None]))
        handedness = torch.diag(torch.tensor([1.0, 1.0, torch.det(left @ right).sign().item()])).to(points)
        rotation = (left @ handedness @ right).tolist()  # image axes: x right, y down, z away
        return HeadPose(
            yaw=math.atan2(rotation[2][0], rotation[2][2]),
            pitch=math.asin(max(-1.0, min(1.0, rotation[2][1]))),
            roll=math.atan2(-rotation[0][1], rotation[1][1]),
        )

    def with_depth(self, points: Tensor) -> Tensor:
        """Landmarks [478, 2] -> [478, 3] with the depth of the average face, fitted by a scaled orthographic camera."""
        face = self._image_axes_face()
        weights = self.weights.sqrt()[:, None]
        target = _centered(points[:VERTICES], self.weights)
        across, down = torch.linalg.lstsq(face * weights, target * weights).solution.T
        scale = (across.norm() + down.norm()) / 2
        depth_axis = torch.linalg.cross(F.normalize(across, dim=0), F.normalize(down, dim=0)) * scale
        depth = torch.cat([face @ depth_axis, points.new_zeros(len(points) - VERTICES)])
        for first, outer, inner in IRISES:
            depth[first : first + 5] = (depth[outer] + depth[inner]) / 2
        return torch.cat([points, depth[:, None]], dim=1)

    def _image_axes_face(self) -> Tensor:
        """The average face [468, 3] in image axes (x right, y down, z away), centred like the landmarks."""
        return _centered(self.vertices * self.vertices.new_tensor([1.0, -1.0, -1.0]), self.weights)


def _centered(points: Tensor, weights: Tensor) -> Tensor:
    return points - (points * weights[:, None]).sum(dim=0) / weights.sum()
