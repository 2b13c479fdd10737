"""Soft masks of contours whose distances are known, and of a portrait's face and lips."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.face import topology
from narrating_face.core.face.masks import (
    face_mask,
    lip_mask,
    signed_distance,
    soft_mask,
)
from narrating_face.core.face.portrait import analyze_portrait

SQUARE = torch.tensor([[20.0, 20.0], [60.0, 20.0], [60.0, 60.0], [20.0, 60.0]])


@pytest.mark.parametrize("contour", [SQUARE, SQUARE.flip(0)])
def test_distance_is_positive_inside_in_either_direction(contour):
    points = torch.tensor([[40.0, 40.0], [25.0, 40.0], [10.0, 40.0], [63.0, 64.0]])
    assert signed_distance(points, contour).tolist() == pytest.approx([20.0, 5.0, -10.0, -5.0])


def test_the_mask_falls_linearly_across_the_contour():
    mask = soft_mask(SQUARE, 80, 90, softness=10)
    assert mask.shape == (1, 1, 80, 90)
    assert mask[0, 0, 40, [10, 14, 20, 26, 40]].tolist() == pytest.approx([0, 0, 0.5, 1, 1], abs=0.06)
    assert mask[0, 0, 40, 22].item() == pytest.approx(0.7, abs=0.06)


def test_a_contour_is_clipped_at_the_picture():
    mask = soft_mask(SQUARE - 40, 30, 30, softness=4)
    assert mask[0, 0, 0, 0] == 1 and mask[0, 0, -1, -1] == 0


def test_a_contour_outside_the_picture_gives_an_empty_mask():
    assert soft_mask(SQUARE + 500, 30, 30, softness=4).max() == 0


def test_face_and_lip_masks_cover_face_and_lips(picture, landmarker):
    portrait = analyze_portrait(picture("man"), landmarker, lambda _: torch.zeros(1, 1, 512))
    face, lips = face_mask(portrait), lip_mask(portrait)

    def at(mask, vertex):
        x, y = portrait.landmarks[vertex, :2].int().tolist()
        return mask[0, 0, y, x].item()

    nose_tip, inner_lip = 1, 13
    for mask in (face, lips):
        assert mask.shape == (1, 1, 400, 400) and mask.min() == 0 and mask.max() == 1
    assert at(face, nose_tip) == at(face, inner_lip) == 1
    assert at(face, topology.CHIN) == pytest.approx(0.5, abs=0.1)
    assert at(lips, inner_lip) == 1 and at(lips, nose_tip) == 0
    assert face[0, 0, 0].max() == 0
