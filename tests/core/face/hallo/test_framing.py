"""Framing: the region of a portrait that is rendered, and how frames are pasted back."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.face.hallo.framing import (
    FrameRegion,
    choose_region,
    frame_size,
    paste_back,
)
from narrating_face.core.settings import REFERENCE_COMPATIBLE, HalloSettings


def face_at(x: float, y: float, reach: float) -> torch.Tensor:
    """478 landmarks scattered over a square around (x, y)."""
    spots = torch.rand(478, 3, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return spots * reach + torch.tensor([x, y, 0.0])


@pytest.mark.parametrize(("height", "width"), [(640, 384), (384, 640), (512, 512), (1080, 1920), (777, 501)])
def test_frames_keep_the_aspect_ratio(height: int, width: int):
    image = torch.rand(1, 3, height, width)
    region = choose_region(image, face_at(width / 2, height / 2, 80), HalloSettings())
    assert all(side % 64 == 0 for side in region.size)
    stretch = (region.size[0] / region.height) / (region.size[1] / region.width)
    assert abs(stretch - 1) < 0.005
    assert region.cut(image).shape[-2:] == (region.height, region.width)
    assert region.height * region.width > 0.85 * height * width
    assert 0.75 < region.size[0] * region.size[1] / 512**2 < 1.25


def test_multiples_of_64_keep_their_size():
    assert frame_size(640, 384, 512) == (640, 384) and frame_size(384, 640, 512) == (384, 640)


def test_reference_compatible_frames_are_stretched_to_a_square():
    image = torch.rand(1, 3, 300, 400)
    region = choose_region(image, face_at(200, 150, 50), HalloSettings(compatibility=REFERENCE_COMPATIBLE))
    assert (region.height, region.width, region.size) == (300, 400, (512, 512))


def test_the_region_of_a_head_at_the_edge_lies_inside_the_picture():
    image = torch.rand(1, 3, 600, 900)
    region = choose_region(image, face_at(850, 80, 70), HalloSettings(whole_picture=False))
    assert region.height == region.width and region.left + region.width <= 900 and region.top >= 0
    assert region.left < 850 < region.left + region.width


def test_pasting_back_changes_the_region_and_nothing_outside():
    image = torch.rand(1, 3, 201, 301)
    region = choose_region(image, face_at(150, 100, 40), HalloSettings(whole_picture=False, size=64))
    frames = torch.zeros(2, *region.size, 3, dtype=torch.uint8)
    pasted = paste_back(frames, image, region)
    assert pasted.shape == (2, 200, 300, 3)
    original = (image[0].permute(1, 2, 0) * 255).round().to(torch.uint8)[:200, :300]
    outside = torch.ones(200, 300, dtype=torch.bool)
    outside[region.top : region.top + region.height, region.left : region.left + region.width] = False
    assert torch.equal(pasted[0][outside], original[outside])
    middle = pasted[0, region.top + region.height // 2, region.left + region.width // 2]
    assert middle.tolist() == [0, 0, 0]


def test_pasting_the_portrait_onto_itself_changes_nothing():
    image = (torch.rand(1, 3, 128, 192) * 255).round() / 255
    region = FrameRegion(0, 0, 192, 128, (128, 192))
    frame = (image[0].permute(1, 2, 0) * 255).round().to(torch.uint8)
    assert torch.equal(paste_back(frame[None], image, region)[0], frame)
