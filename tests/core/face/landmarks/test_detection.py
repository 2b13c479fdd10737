"""Anchors, overlap, non-maximum suppression, and the sampling of crops."""

from __future__ import annotations

import math

import pytest
import torch
from narrating_face.core.face.landmarks.crops import CropRegion, apply_affine, crop
from narrating_face.core.face.landmarks.detection import (
    SCORE,
    anchor_centers,
    face_region,
    intersection_over_union,
    non_maximum_suppression,
)


def detection(x0, y0, x1, y1, score):
    row = torch.zeros(17)
    row[:4] = torch.tensor([x0, y0, x1, y1])
    row[SCORE] = score
    return row


def test_there_are_896_anchors_inside_the_input():
    anchors = anchor_centers(128)
    assert anchors.shape == (896, 2)
    assert anchors[0].tolist() == [4, 4] and anchors[-1].tolist() == [120, 120]


def test_overlap_of_equal_half_and_distant_boxes():
    boxes = torch.stack([detection(0, 0, 10, 10, 1), detection(0, 0, 10, 5, 1), detection(50, 50, 60, 60, 1)])
    assert intersection_over_union(boxes[0], boxes).tolist() == pytest.approx([1.0, 0.5, 0.0])


def test_overlapping_candidates_become_their_weighted_mean():
    rows = torch.stack([detection(0, 0, 10, 10, 0.6), detection(2, 0, 12, 10, 0.9), detection(50, 50, 60, 60, 0.7)])
    faces = non_maximum_suppression(rows)
    assert faces[:, SCORE].tolist() == pytest.approx([0.9, 0.7])
    assert faces[0, 0].item() == pytest.approx((0 * 0.6 + 2 * 0.9) / 1.5)


def test_no_candidates_give_no_faces():
    assert len(non_maximum_suppression(torch.zeros(0, 17))) == 0


def test_the_face_region_is_rotated_with_the_eyes():
    row = detection(10, 20, 50, 60, 1)
    row[4:8] = torch.tensor([20.0, 30.0, 40.0, 50.0])
    region = face_region(row)
    assert (region.center_x, region.center_y, region.side) == (30, 40, 60)
    assert region.angle == pytest.approx(math.pi / 4)


def test_a_crop_of_the_whole_picture_is_the_picture():
    image = torch.randint(0, 256, (1, 3, 16, 16), generator=torch.Generator().manual_seed(1)) / 255
    assert torch.allclose(crop(image, CropRegion(8, 8, 16), 16, repeat_edges=True), image)


def test_crops_outside_the_picture_are_black_or_repeat_its_edge():
    image = torch.ones(1, 3, 8, 8)
    region = CropRegion(0, 4, 8)
    assert crop(image, region, 8, repeat_edges=True).min() == 1
    assert crop(image, region, 8, repeat_edges=False)[..., :4].max() == 0


def test_a_crop_rotated_by_a_quarter_turn():
    image = torch.arange(9, dtype=torch.float32).reshape(1, 1, 3, 3).expand(1, 3, 3, 3) / 255
    turned = crop(image, CropRegion(1, 1, 2, math.pi / 2), 2, repeat_edges=True)
    assert (turned[0, 0] * 255).round().tolist() == [[2, 5], [1, 4]]


def test_crop_pixels_map_to_the_picture_and_back():
    matrix = CropRegion(30, 40, 20, 0.3).to_image(256)
    center = apply_affine(matrix, torch.tensor([[128.0, 128.0]], dtype=torch.float64))
    assert center[0].tolist() == pytest.approx([30, 40])
