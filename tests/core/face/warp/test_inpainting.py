"""Inpainting: known pixels stay, unknown ones take colours from their surroundings."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.face.warp.inpainting import blur, fill_unknown


def hole() -> torch.Tensor:
    """Known pixels [40, 60] around an unknown rectangle."""
    known = torch.ones(40, 60, dtype=torch.bool)
    known[12:28, 20:40] = False
    return known


def test_known_pixels_are_unchanged():
    picture = torch.rand(3, 40, 60, generator=torch.Generator().manual_seed(0))
    filled = fill_unknown(picture, hole(), radius=4)
    assert torch.equal(filled[:, hole()], picture[:, hole()])


def test_unknown_pixels_do_not_depend_on_their_own_values():
    picture = torch.rand(3, 40, 60, generator=torch.Generator().manual_seed(0))
    other = torch.where(hole(), picture, torch.full_like(picture, 9.0))
    assert torch.equal(fill_unknown(other, hole(), radius=4), fill_unknown(picture, hole(), radius=4))


def test_unknown_pixels_resemble_the_nearest_side():
    picture = torch.zeros(1, 40, 60)
    picture[..., 30:] = 100
    filled = fill_unknown(picture, hole(), radius=4)
    assert filled[0, 20, 21] < 5 and filled[0, 20, 38] > 95
    assert (filled[0, 20].diff() >= -1e-3).all()


@pytest.mark.parametrize("sigma", [0.5, 3.0])
def test_blur_keeps_a_flat_picture_and_the_mean_of_a_spot(sigma):
    flat, spot = torch.full((2, 15, 21), 7.0), torch.zeros(1, 41, 41)
    spot[0, 20, 20] = 1
    assert torch.allclose(blur(flat, sigma), flat, atol=1e-5)
    assert blur(spot, sigma).sum().item() == pytest.approx(1, abs=1e-5)
