"""Head pose and depth: known rotations of the average face, and agreement with the official runtime."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from narrating_face.core.face.landmarks.canonical_face import VERTICES
from safetensors.torch import load_file

GOLDENS = Path(__file__).parents[3] / "data" / "landmarks" / "goldens.safetensors"


def turned_face(landmarker, yaw, pitch, roll, size=20.0):
    """The average face under a scaled orthographic camera, in image axes: [478, 3]; irises at the eye corners."""
    about_y = torch.tensor([[math.cos(yaw), 0, -math.sin(yaw)], [0, 1, 0], [math.sin(yaw), 0, math.cos(yaw)]])
    about_x = torch.tensor([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    about_z = torch.tensor([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    face = landmarker.canonical.vertices * torch.tensor([1.0, -1.0, -1.0])
    points = size * face @ (about_z @ about_x @ about_y).T + torch.tensor([300.0, 200.0, 0.0])
    return torch.cat([points, points[[33] * 5 + [263] * 5]])


@pytest.mark.parametrize("angles", [(0, 0, 0), (0.5, 0, 0), (0, 0.3, 0), (0, 0, 0.4), (-0.4, 0.2, -0.3)])
def test_pose_is_the_rotation_that_was_applied(angles, landmarker):
    assert landmarker.canonical.pose(turned_face(landmarker, *angles)) == pytest.approx(angles, abs=1e-3)


def test_angles_have_the_viewers_directions(landmarker):
    nose, straight = 1, turned_face(landmarker, 0, 0, 0)
    right, down = turned_face(landmarker, 0.4, 0, 0), turned_face(landmarker, 0, 0.4, 0)
    assert right[nose, 0] > straight[nose, 0]
    assert down[nose, 1] > straight[nose, 1]


def test_depth_is_that_of_the_posed_average_face(landmarker):
    points = turned_face(landmarker, 0.3, -0.2, 0.1)
    deep = landmarker.canonical.with_depth(points[:, :2])
    relative = points[:VERTICES, 2] - points[:VERTICES, 2].mean()
    found = deep[:VERTICES, 2] - deep[:VERTICES, 2].mean()
    assert (found - relative).abs().max() < 0.5  # of about 200 pixels
    assert torch.equal(deep[:, :2], points[:, :2])


@pytest.mark.parametrize("name", ["man", "woman", "elf_closed_eyes_400", "man_glasses_350", "woman_smiling_400"])
def test_pose_is_near_the_official_one(name, landmarker):
    goldens = load_file(GOLDENS)
    found = landmarker.canonical.pose(goldens[f"{name}/points"][0])
    flip = torch.diag(torch.tensor([1.0, -1.0, -1.0]))
    rotation = flip @ goldens[f"{name}/pose"][0] @ flip
    yaw, pitch = math.atan2(rotation[2, 0], rotation[2, 2]), math.asin(rotation[2, 1])
    assert math.degrees(abs(found.yaw - yaw)) < 4
    assert math.degrees(abs(found.pitch - pitch)) < 4


def test_triangles_use_every_vertex(landmarker):
    triangles = landmarker.canonical.triangles
    assert triangles.min() == 0 and triangles.max() == VERTICES - 1
    assert len(triangles.unique()) == VERTICES
