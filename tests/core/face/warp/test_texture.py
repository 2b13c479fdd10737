"""Sampling between pixels: still pixels are exact, moved ones stay sharp, a part equals that part of the whole."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.face.warp.box import Box
from narrating_face.core.face.warp.texture import lanczos_upsample, sharp_texture, smooth_texture

WIDTH, HEIGHT = 61, 47


@pytest.fixture
def picture() -> torch.Tensor:
    return (torch.rand(3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0)) * 255).round()


def whole(picture: torch.Tensor) -> Box:
    return Box(0, 0, picture.shape[2], picture.shape[1])


def test_upsampling_keeps_the_pixels(picture):
    for factor in (2, 4):
        fine = lanczos_upsample(picture, factor)
        assert fine.shape == (3, factor * (HEIGHT - 1) + 1, factor * (WIDTH - 1) + 1)
        assert torch.equal(fine[:, ::factor, ::factor], picture)
        assert fine.min() >= 0 and fine.max() <= 255


def test_pixel_positions_give_the_pixels(picture):
    box = whole(picture)
    colors = sharp_texture(picture, box).at(box.pixels(picture.device))
    assert (colors - picture).abs().max() < 0.05


def test_large_pictures_take_less_memory_and_stay_exact():
    picture = torch.rand(3, 1100, 1400, generator=torch.Generator().manual_seed(0)) * 255
    texture, box = sharp_texture(picture, whole(picture)), Box(500, 300, 40, 30)
    assert texture.samples.numel() < 4 * picture.numel()
    assert (texture.at(box.pixels(picture.device)) - picture[(slice(None), *box.slices)]).abs().max() < 0.2


@pytest.mark.parametrize("shift", [0.125, 0.25, 0.5, 0.7])
def test_moved_stripes_keep_their_contrast(shift: float):
    """Stripes with a period of four pixels, at any subpixel shift."""
    x = torch.arange(WIDTH, dtype=torch.float32)
    stripes = (128 + 100 * torch.sin(torch.pi * x / 2)).expand(3, HEIGHT, WIDTH)
    box = whole(stripes)
    points = box.pixels(stripes.device)
    moved = sharp_texture(stripes, box).at(points + torch.tensor((shift, 0.0)).view(2, 1, 1))
    expected = 128 + 100 * torch.sin(torch.pi * (points[0] + shift) / 2)
    inner = (slice(None), slice(8, -8), slice(8, -8))
    assert (moved - expected)[inner].abs().max() < 5


def test_a_part_equals_that_part_of_the_whole(picture):
    part, inner = Box(10, 8, 40, 30), Box(16, 14, 28, 18)
    points = inner.pixels(picture.device) + 0.3
    expected = sharp_texture(picture, whole(picture)).at(points)
    assert (sharp_texture(picture, part).at(points) - expected).abs().max() < 0.5
    pixels = smooth_texture(picture, part).at(inner.pixels(picture.device))
    assert (pixels - picture[(slice(None), *inner.slices)]).abs().max() < 0.05


def test_outside_the_box_its_border_is_repeated(picture):
    part = Box(10, 8, 40, 30)
    corner = sharp_texture(picture, part).at(torch.tensor((-30.0, 500.0)).view(2, 1, 1))
    assert (corner[:, 0, 0] - picture[:, 37, 10]).abs().max() < 0.01
