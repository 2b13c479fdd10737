"""A linear layer with int8 weights and one scale per output: a quarter of the memory traffic of float32.

Inputs are rounded to 8 bits with one scale per call. Processors without VNNI add pairs of products in 16 bits, which
weights of the full range overflow silently; there the weights are rounded to half the range, which always fits.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import torch
from torch import Tensor, nn

from .fbgemm import fbgemm_engine

FULL_RANGE, HALF_RANGE = 127, 64  # the largest rounded weight; two products of 64 and 255 fit in 16 bits


class Int8Linear(nn.Module):
    """x [..., in] -> x W + b [..., out] with 8-bit weights, W [in, out]; CPU only."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.packed = pack_int8(weight.t(), bias.clone(), HALF_RANGE if overflows() else FULL_RANGE)

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])  # [N, in]
        return torch.ops.quantized.linear_dynamic(rows, self.packed, False).view(*x.shape[:-1], -1)


def pack_int8(weight: Tensor, bias: Tensor, largest: int) -> torch.ScriptObject:
    """Weight [out, in] and bias [out] quantized and packed for the engine."""
    with fbgemm_engine():
        return torch.ops.quantized.linear_prepack(quantize(weight, largest), bias)


def quantize(weight: Tensor, largest: int = FULL_RANGE) -> Tensor:
    """Weight [out, in] rounded to signed bytes, symmetrically, with one scale per output."""
    scales = (weight.abs().amax(1) / largest).clamp_min(1e-12).double()
    zeros = torch.zeros(len(scales), dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch announces that it will remove this function
        return torch.quantize_per_channel(weight.contiguous(), scales, zeros, 0, torch.qint8)


@lru_cache(maxsize=1)
def overflows() -> bool:
    """Whether sums of the largest products overflow on this processor."""
    inputs = 64
    with torch.inference_mode(False):
        worst = pack_int8(torch.ones(8, inputs), torch.zeros(8), FULL_RANGE)
        x = torch.ones(1, inputs)
        x[0, 0] = 0  # inputs are scaled from their minimum and maximum to 0 and 255
        return float(torch.ops.quantized.linear_dynamic(x, worst, False)[0, 0]) < 0.9 * (inputs - 1)
