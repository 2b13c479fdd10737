"""Weights as two halves: float32's product, alone and among others, its gradients, and where they are used."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.voice.xtts import linear_halves
from narrating_face.core.voice.xtts.linear import OutputMajorLinear, float32_linear
from narrating_face.core.voice.xtts.linear_halves import HalvesLinear

pytestmark = pytest.mark.skipif(
    "fbgemm" not in torch.backends.quantized.supported_engines, reason="this build of torch has no FBGEMM"
)


def layer(inputs: int = 96, outputs: int = 288, scale: float = 0.02) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(0)
    return scale * torch.randn(inputs, outputs, generator=chance), torch.randn(outputs, generator=chance)


@pytest.mark.parametrize("scale", [1e-6, 0.02, 1.0, 1000.0])
def test_weights_keep_float32s_precision(scale: float):
    weight, bias = layer(scale=scale)
    kept = HalvesLinear(weight, bias).weight.t()
    assert ((kept - weight).abs() <= 2**-22 * weight.abs() + 2**-36).all()


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 7, 8, 40])
def test_products_are_as_exact_as_float32s(rows: int):
    weight, bias = layer(1024, 512)
    x = torch.randn(rows, 1024, generator=torch.Generator().manual_seed(1))
    exact = x.double() @ weight.double() + bias.double()
    with torch.inference_mode():
        product = HalvesLinear(weight, bias)(x[None])
    error, usual = (product[0] - exact).norm() / exact.norm(), (x @ weight + bias - exact).norm() / exact.norm()
    assert error < max(1e-6, 4 * usual)


def test_gradients_reach_the_input():
    weight, bias = layer()
    x = torch.randn(2, 5, 96, requires_grad=True)
    wanted = (x @ weight + bias).square().sum()
    found = HalvesLinear(weight, bias)(x).square().sum()
    for ours, theirs in zip(torch.autograd.grad(found, x), torch.autograd.grad(wanted, x), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("gains", "largest", "expected"), [
    (True, 1.0, HalvesLinear),
    (False, 1.0, OutputMajorLinear),
    (True, 7e4, OutputMajorLinear),
])  # fmt: skip
def test_halves_are_used_where_they_gain_and_suffice(monkeypatch, gains: bool, largest: float, expected: type):
    monkeypatch.setattr(linear_halves, "gains_by_halves", lambda: gains)
    weight, bias = layer()
    weight[3, 5] = largest
    assert type(float32_linear(weight, bias)) is expected
