"""Linear layers by precision: their products, and which one is chosen."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.voice.xtts import linear, linear_float16, linear_packed
from narrating_face.core.voice.xtts.linear import LINEARS, float32_linear
from narrating_face.core.voice.xtts.linear_float16 import Float16Linear
from narrating_face.core.voice.xtts.linear_float32 import OutputMajorLinear
from narrating_face.core.voice.xtts.linear_packed import PackedLinear, packing_works
from tiny_xtts import NEEDS_FBGEMM
from torch import Tensor

PACKS = pytest.mark.skipif(not packing_works(), reason="this build of torch does not pack float32 weights")
FLOAT32_LAYERS = [OutputMajorLinear, pytest.param(PackedLinear, marks=PACKS)]


def parameters(inputs: int = 96, outputs: int = 288) -> tuple[Tensor, Tensor]:
    """Weight [in, out] and bias [out]."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(inputs, outputs, generator=generator), torch.randn(outputs, generator=generator)


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 8, 9, 40])
@pytest.mark.parametrize("layer_type", FLOAT32_LAYERS)
def test_products_are_exact_for_any_number_of_rows(layer_type: type, rows: int):
    weight, bias = parameters(1024, 512)
    x = torch.randn(rows, 1024, generator=torch.Generator().manual_seed(1))
    exact = x.double() @ weight.double() + bias.double()
    with torch.inference_mode():
        product = layer_type(weight, bias)(x[None])
    assert product.shape == (1, rows, 512) and product.is_contiguous()
    assert (product[0] - exact).norm() < 1e-6 * exact.norm()


@NEEDS_FBGEMM
@pytest.mark.parametrize("rows", [1, 2, 4, 7, 40])
def test_float16_products_are_those_of_the_rounded_weights(rows: int):
    """Inputs and sums are float32: only the weights are rounded."""
    weight, bias = parameters(1024, 512)
    x = 1e5 * torch.randn(1, rows, 1024, generator=torch.Generator().manual_seed(1))  # beyond float16's range
    exact = x.double() @ weight.half().double() + bias.double()
    with torch.inference_mode():
        product = Float16Linear(weight, bias)(x)
    assert (product - exact).norm() < 1e-6 * exact.norm()


@pytest.mark.parametrize("layer_type", FLOAT32_LAYERS)
def test_weights_are_preserved_bit_for_bit(layer_type: type):
    weight, bias = parameters(100, 70)  # not multiples of the block sizes of packed layouts
    made = layer_type(weight, bias)
    assert torch.equal(made.weight, weight.t()) and torch.equal(made.bias, bias)
    assert not any(value.requires_grad for value in made.parameters())


@pytest.mark.parametrize("layer_type", FLOAT32_LAYERS)
def test_gradients_reach_the_input(layer_type: type):
    weight, bias = parameters()
    x = torch.randn(2, 5, 96, requires_grad=True)
    expected, actual = ((product + bias).square().sum() for product in (x @ weight, layer_type(weight, bias)(x) - bias))
    for gradient, reference in zip(torch.autograd.grad(actual, x), torch.autograd.grad(expected, x), strict=True):
        torch.testing.assert_close(gradient, reference, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(
    ("threads", "works", "expected"),
    [(1, True, OutputMajorLinear), (2, False, OutputMajorLinear), pytest.param(2, True, PackedLinear, marks=PACKS)],
)
def test_weights_are_packed_for_several_threads(monkeypatch, threads: int, works: bool, expected: type):
    monkeypatch.setattr(linear, "packing_works", lambda: works)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    assert type(float32_linear(*parameters())) is expected


def missing_operator(*_: object) -> None:
    raise AttributeError("no such operator")


def wrong_product(x: Tensor, *_: object) -> Tensor:
    return torch.zeros(*x.shape[:-1], 96)


@pytest.mark.parametrize("operator", [missing_operator, wrong_product])
def test_a_missing_or_wrong_operator_is_not_used(monkeypatch, operator):
    monkeypatch.setattr(linear_packed, "multiply_packed", operator)
    packing_works.cache_clear()
    try:
        assert not packing_works()
    finally:
        packing_works.cache_clear()


@NEEDS_FBGEMM
def test_a_weight_beyond_the_range_of_float16_is_refused():
    weight, bias = parameters()
    weight[3, 5] = -7e4
    with pytest.raises(InputError, match=r"70,000 .* choose float32"):
        LINEARS["float16"](weight, bias)


def test_float16_without_fbgemm_is_refused(monkeypatch):
    monkeypatch.setattr(linear_float16, "has_fbgemm", lambda: False)
    with pytest.raises(InputError, match="float16, which this build of torch cannot multiply"):
        LINEARS["float16"](*parameters())
