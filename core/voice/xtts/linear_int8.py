"""A linear layer with a byte for each weight and a scale for each output: a quarter of float32's traffic.

Its inputs are rounded to 8 bits with one scale a call. Processors without VNNI add products in pairs of 16 bits, which
full-range weights overflow without a sign of it; there the weights are rounded to half their range, which always fits.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import torch
from torch import Tensor, nn

from .engine import lean_engine

FULL, HALF = 127, 64  # the largest rounded weight: two products with 255 fit in 16 bits when it is 64


class Int8Linear(nn.Module):
    """x [..., in] -> x W + b [..., out] with 8-bit weights, W [in, out]; for use on a CPU alone."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.packed = packed(weight.t(), bias.clone(), HALF if overflows() else FULL)

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])  # [N, in]
        return torch.ops.quantized.linear_dynamic(rows, self.packed, False).view(*x.shape[:-1], -1)


def packed(weight: Tensor, bias: Tensor, largest: int) -> torch.ScriptObject:
    """Weight [out, in] and bias [out] as the engine reads them."""
    with lean_engine():
        return torch.ops.quantized.linear_prepack(quantised(weight, largest), bias)


def quantised(weight: Tensor, largest: int = FULL) -> Tensor:
    """Weight [out, in] rounded to signed bytes, symmetric, one scale for each output."""
    scales = (weight.abs().amax(1) / largest).clamp_min(1e-12).double()
    zeros = torch.zeros(len(scales), dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch speaks of a later removal of this function
        return torch.quantize_per_channel(weight.contiguous(), scales, zeros, 0, torch.qint8)


@lru_cache(maxsize=1)
def overflows() -> bool:
    """Does a sum of the largest products come out too small on this processor?"""
    inputs = 64
    with torch.inference_mode(False):
        worst = packed(torch.ones(8, inputs), torch.zeros(8), FULL)
        x = torch.ones(1, inputs)
        x[0, 0] = 0  # inputs are rounded between their smallest and largest
        return float(torch.ops.quantized.linear_dynamic(x, worst, False)[0, 0]) < 0.9 * (inputs - 1)
