"""Small 3D head rotations of a flat portrait.

In: yaw, pitch, roll in radians. Out: for every coarse grid point of the frame, its source in the portrait. A smooth
depth map is fitted to the landmarks. The axes run through the depth of the silhouette, so hair, ears and background
beside the head stay in place; the remaining displacement fades out around the head and over the neck.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .. import topology
from .geometry import (
    LocalFrame,
    fall_off,
    frame_between,
    smoothstep,
)
from .prepared_portrait import PreparedPortrait

FIXED_POINT_STEPS = 4
HeadRotation = tuple[float, float, float]  # yaw, pitch, roll
STRAIGHT = (0.0, 0.0, 0.0)


class HeadPoseWarp:
    def __init__(self, prepared: PreparedPortrait) -> None:
        self.prepared = prepared
        points = prepared.landmarks
        self.frame = self._head_frame(points, prepared.unit)
        local = self.frame.to_local(points[:, :2].T)  # [2, 478]
        sides = points[[topology.TEMPLE_LEFT, topology.TEMPLE_RIGHT], 2].mean()
        depth = (points[:, 2] - sides) / prepared.unit
        self.chin = float(local[1, topology.CHIN])
        grid = self.frame.to_local(prepared.grid)
        radius = self._radius(local, grid)
        self.layers = torch.stack((self._depth(local, depth, grid, radius), self._weight(radius, prepared)))

    @staticmethod
    def _head_frame(points: Tensor, unit: float) -> LocalFrame:
        down = points[topology.CHIN, :2] - points[topology.FOREHEAD_TOP, :2]
        across = torch.stack((down[1], -down[0]))
        left, right = points[topology.TEMPLE_LEFT, :2], points[topology.TEMPLE_RIGHT, :2]
        return frame_between(torch.zeros_like(across), across, (left + right) / 2, unit)

    @staticmethod
    def _radius(local: Tensor, grid: Tensor) -> Tensor:
        """Distance from the head in units of the head: 1 on an ellipse around face, ears and most hair."""
        oval = local[:, list(topology.FACE_OVAL)]
        left, right = float(oval[0].amin()) - 0.25, float(oval[0].amax()) + 0.25
        top, bottom = float(oval[1].amin()) - 0.55, float(oval[1].amax()) + 0.05
        middle = torch.tensor(((left + right) / 2, (top + bottom) / 2), device=local.device).view(2, 1, 1)
        half = torch.tensor(((right - left) / 2, (bottom - top) / 2), device=local.device).view(2, 1, 1)
        return ((grid - middle) / half).norm(dim=0)

    @staticmethod
    def _depth(local: Tensor, depth: Tensor, grid: Tensor, radius: Tensor) -> Tensor:
        """Landmark depth spread by Gaussians, receding to the silhouette's depth (0) at the head's edge."""
        squared = (grid[:, None] - local[:, :, None, None]).square().sum(0)  # [478, gh, gw]
        near = fall_off(squared / (2 * 0.10**2))
        far = 1e-4 * fall_off(squared / (2 * 0.35**2)) + 1e-12
        weights = near + far
        smoothed = (weights * depth[:, None, None]).sum(0) / weights.sum(0)
        return smoothed * smoothstep((1.15 - radius) / 0.3)

    @staticmethod
    def _weight(radius: Tensor, prepared: PreparedPortrait) -> Tensor:
        edge = 0.2 * prepared.unit
        width, height = prepared.box.width, prepared.box.height
        x, y = prepared.grid
        distance = torch.stack((x, y, width - 1 - x, height - 1 - y)).amin(0)
        return smoothstep((1.55 - radius) / 0.55) * smoothstep(distance / edge)

    def source_points(self, rotation: HeadRotation) -> Tensor:
        """Each coarse grid point's source: [2, gh, gw] index points."""
        start = self.prepared.grid
        if rotation == STRAIGHT:
            return start
        matrix, offset = self._affine(rotation)
        points = start
        for _ in range(FIXED_POINT_STEPS):
            points = start - self._displacement(points, matrix, offset)
        return points

    def shifts(self, points: Tensor, rotation: HeadRotation) -> list[tuple[int, int]]:
        """How many whole pixels (x, y) each of the portrait's points [2, n] moves by."""
        moved = self._displacement(points[:, None], *self._affine(rotation))[:, 0]
        return [(x, y) for x, y in moved.T.round().int().tolist()]

    def _affine(self, rotation: HeadRotation) -> tuple[Tensor, Tensor]:
        """The change of (x, y): a matrix [2, 3] for (x, y, depth) and an offset [2, 1], in the head's frame.

        The head first turns to the side, then tilts about its chin, then leans, again about its chin.
        """
        (sin_yaw, cos_yaw), (sin_pitch, cos_pitch), (sin_roll, cos_roll) = (
            (math.sin(angle), math.cos(angle)) for angle in rotation
        )
        turned = (cos_yaw, 0.0, -sin_yaw)
        tilted = (-sin_pitch * sin_yaw, cos_pitch, -sin_pitch * cos_yaw)
        right = [cos_roll * x - sin_roll * y for x, y in zip(turned, tilted, strict=True)]
        down = [sin_roll * x + cos_roll * y for x, y in zip(turned, tilted, strict=True)]
        matrix = torch.tensor((right, down), device=self.prepared.device) - torch.eye(2, 3, device=self.prepared.device)
        offset = torch.tensor((sin_roll * self.chin, (1 - cos_roll) * self.chin), device=self.prepared.device)
        return matrix, offset[:, None]

    def _displacement(self, points: Tensor, matrix: Tensor, offset: Tensor) -> Tensor:
        """Displacement [2, H, W] in pixels of the portrait's points [2, H, W]."""
        depth, weight = self.prepared.sample_coarse(self.layers, points).split(1)
        place = torch.cat((self.frame.to_local(points), depth)).flatten(1)  # [3, H * W]
        moved = torch.addmm(offset, matrix, place).view_as(points)
        return self.frame.vector_to_pixels(moved * weight)
