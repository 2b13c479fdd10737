"""A float32 linear layer whose weights are two halves of 16 bits each: coarse + rest / FINER.

Both halves together have float32's size and, within 2**-22 of each weight, its precision. What they gain is FBGEMM's
product of 16-bit weights, which reads them at the memory's own speed for one row and for several; float32's own
routines need twice the time for a few rows as soon as a processor lacks AVX-512.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .engine import lean_engine

FINER = 2.0**11  # what a float16 keeps of a weight beyond its first eleven bits
LARGEST = 6e4  # a float16 ends at 65,504


class HalvesLinear(nn.Module):
    """x [..., in] -> x W + b [..., out], W [in, out]; for use on a CPU alone. Gradients reach x, more slowly."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.bias = nn.Parameter(bias.clone(), requires_grad=False)
        coarse = weight.t().half().float()  # [out, in]
        rest = (weight.t() - coarse) * FINER
        with lean_engine():
            prepack = torch.ops.quantized.linear_prepack_fp16
            self.coarse, self.rest = prepack(coarse, self.bias), prepack(rest, None)

    @property
    def weight(self) -> Tensor:
        """[out, in], put together anew at every call."""
        coarse, rest = (torch.ops.quantized.linear_unpack_fp16(half)[0] for half in (self.coarse, self.rest))
        return coarse.add_(rest, alpha=1 / FINER)

    def forward(self, x: Tensor) -> Tensor:
        if torch.is_grad_enabled() and x.requires_grad:
            return F.linear(x, self.weight, self.bias)
        rows = x.reshape(-1, x.shape[-1])  # [N, in]
        product = torch.ops.quantized.linear_dynamic_fp16(rows, self.coarse)
        product.add_(torch.ops.quantized.linear_dynamic_fp16(rows, self.rest), alpha=1 / FINER)
        return product.view(*x.shape[:-1], -1)


def halves_suit(weight: Tensor) -> bool:
    """Is this layer on a computer that gains by halves, and within their range?"""
    return gains_by_halves() and float(weight.abs().max()) < LARGEST


def gains_by_halves() -> bool:
    """No AVX-512, the engine that multiplies 16-bit weights, and no accelerator that the layer might be moved to."""
    cpu, engines = torch.backends.cpu.get_cpu_capability(), torch.backends.quantized.supported_engines
    accelerated = torch.cuda.is_available() or torch.xpu.is_available() or torch.backends.mps.is_available()
    return cpu == "AVX2" and "fbgemm" in engines and not accelerated
