"""Patches follow the head, stay inside the crop and blend softly."""

from __future__ import annotations

import torch
from narrating_face.core.face.warp.box import Box
from narrating_face.core.face.warp.patch import Patch


def patch() -> Patch:
    return Patch(Box(20, 10, 30, 20), torch.tensor((35.0, 20.0)))


def test_a_patch_moves_with_its_pixels():
    moved = patch().moved((5, -3), 100, 80)
    assert moved.box == Box(25, 7, 30, 20)
    assert torch.equal(moved.pixels, moved.box.pixels(torch.device("cpu")))


def test_a_patch_stays_inside_the_crop():
    moved = patch().moved((500, -500), 100, 80)
    assert moved.box == Box(70, 0, 30, 20)
    assert torch.equal(moved.pixels, moved.box.pixels(torch.device("cpu")))


def test_blending_replaces_the_middle_and_keeps_the_border():
    crop, moved = torch.rand(3, 80, 100), patch().moved((0, 0), 100, 80)
    before, drawn = crop.clone(), torch.full((3, 20, 30), 7.0)
    moved.blend(crop, drawn)
    cut = moved.cut(crop)
    assert torch.equal(cut[:, 5:-5, 5:-5], drawn[:, 5:-5, 5:-5])
    rows, columns = moved.box.slices
    outside = torch.ones(80, 100, dtype=torch.bool)
    outside[rows, columns] = False
    outside[rows.start] = outside[rows.stop - 1] = True
    assert torch.equal(crop[:, outside], before[:, outside])


def test_a_grown_box_stays_inside_the_crop():
    assert Box(20, 10, 30, 20).grown(5, 100, 80) == Box(15, 5, 40, 30)
    assert Box(2, 10, 97, 20).grown(5, 100, 80) == Box(0, 5, 100, 30)
