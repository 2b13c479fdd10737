"""Landmarks and blendshapes: agreement with the official runtime, and properties that hold for any picture."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from landmark_cases import all_cases
from narrating_face.core.face.landmarks.blendshapes import BLENDSHAPE_INDEX
from narrating_face.core.face.topology import IRIS_LEFT, IRIS_RIGHT, MIRRORED_PAIRS
from safetensors.torch import load_file
from torch.nn import functional as F

GOLDENS = Path(__file__).parents[3] / "data" / "landmarks" / "goldens.safetensors"
CASES = ("man", "woman", "elf_closed_eyes_400", "man_glasses_350", "woman_smiling_400", "wide", "tall", "two")


@pytest.fixture(scope="module")
def goldens():
    return load_file(GOLDENS)


@pytest.fixture(scope="module")
def cases(picture):
    return all_cases(picture)


@pytest.fixture(scope="module")
def man(picture, landmarker):
    return landmarker.detect(picture("man"))[0]


def eye_distance(points):
    return (points[IRIS_LEFT[0], :2] - points[IRIS_RIGHT[0], :2]).norm()


def mean_distance(points, expected):
    """In inter-ocular distances."""
    return ((points[:, :2] - expected[:, :2]).norm(dim=1).mean() / eye_distance(expected)).item()


@pytest.mark.parametrize("name", [*CASES, "cut by the edge"])
def test_agrees_with_the_official_runtime(name, cases, goldens, landmarker):
    faces = sorted(landmarker.detect(cases[name]), key=lambda face: face.points[1, 0].item())
    expected = goldens[f"{name}/points"]
    assert len(faces) == len(expected)
    for face, points, blendshapes in zip(faces, expected, goldens[f"{name}/blendshapes"], strict=True):
        assert mean_distance(face.points, points) < 0.005
        assert (face.points[:, 2] - points[:, 2]).abs().mean() < 0.01 * eye_distance(points)
        assert (face.blendshapes - blendshapes).abs().max() < 0.02


def test_blendshapes_of_the_same_points_are_the_official_ones(goldens, landmarker):
    found = landmarker.blendshapes(goldens["woman/points"][0])
    assert (found - goldens["woman/blendshapes"][0]).abs().max() < 1e-4


def test_two_faces_come_largest_first(cases, landmarker):
    faces = landmarker.detect(cases["two"])
    assert len(faces) == 2
    assert eye_distance(faces[0].points) > eye_distance(faces[1].points)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_plain_picture_has_no_face(value, landmarker):
    assert landmarker.detect(torch.full((1, 3, 300, 200), value)) == []


def test_noise_has_no_face(landmarker):
    noise = torch.rand(1, 3, 300, 300, generator=torch.Generator().manual_seed(0))
    assert landmarker.detect(noise) == []


def test_a_covered_face_is_not_found(picture, landmarker, man):
    image = picture("man").clone()
    x0, y0, x1, y1 = man.bbox.int().tolist()
    image[..., max(0, y0 - 40) : y1 + 20, x0 - 30 : x1 + 30] = 0.5
    assert landmarker.detect(image) == []


def test_landmarks_follow_a_mirrored_picture(picture, landmarker, man):
    mirrored = landmarker.detect(picture("man").flip(-1))[0]
    width = picture("man").shape[-1]
    for left, right in MIRRORED_PAIRS:
        expected = man.points[right, :2] * torch.tensor([-1.0, 1.0]) + torch.tensor([width - 1.0, 0.0])
        assert (mirrored.points[left, :2] - expected).norm() < 0.05 * eye_distance(man.points)


@pytest.mark.parametrize("degrees", [-20, 20])
def test_landmarks_follow_a_rotation(degrees, picture, landmarker, man):
    image = picture("man")
    angle = math.radians(degrees)
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    grid = F.affine_grid(torch.cat([turn.T, torch.zeros(2, 1)], 1)[None], list(image.shape), align_corners=False)
    turned = landmarker.detect(F.grid_sample(image, grid, padding_mode="border", align_corners=False))[0]
    center = (image.shape[-1] - 1) / 2
    expected = (man.points[:, :2] - center) @ turn.T + center
    assert mean_distance(turned.points, expected) < 0.03


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_landmarks_follow_the_size(scale, picture, landmarker, man):
    image = F.interpolate(picture("man"), scale_factor=scale, mode="bicubic", antialias=True).clamp(0, 1)
    assert mean_distance(landmarker.detect(image)[0].points / scale, man.points) < 0.03


def test_a_small_face_in_a_big_picture_is_found(picture, landmarker, man):
    small = F.interpolate(picture("man"), size=(150, 150), mode="area")
    image = torch.full((1, 3, 1200, 900), 0.4)
    image[..., 700:850, 500:650] = small
    faces = landmarker.detect(image)
    assert len(faces) == 1
    expected = man.points[:, :2] * 150 / 400 + torch.tensor([500.0, 700.0])
    assert mean_distance(faces[0].points, expected) < 0.08


def test_blendshapes_show_closed_eyes(picture, landmarker, man):
    elf = landmarker.detect(picture("elf_closed_eyes_400"))[0]
    for name in ("eyeBlinkLeft", "eyeBlinkRight"):
        assert elf.blendshapes[BLENDSHAPE_INDEX[name]] > man.blendshapes[BLENDSHAPE_INDEX[name]] + 0.3


def test_the_bounding_box_is_that_of_the_points(man):
    assert torch.equal(man.bbox, torch.cat([man.points[:, :2].amin(0), man.points[:, :2].amax(0)]))
