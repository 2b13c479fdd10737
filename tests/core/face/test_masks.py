"""Soft masks against shapes whose distances are known."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.face.masks import signed_distance, soft_mask

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


def test_a_contour_that_leaves_the_picture_is_cut():
    mask = soft_mask(SQUARE - 40, 30, 30, softness=4)
    assert mask[0, 0, 0, 0] == 1 and mask[0, 0, -1, -1] == 0


def test_a_contour_outside_the_picture_leaves_nothing():
    assert soft_mask(SQUARE + 500, 30, 30, softness=4).max() == 0
