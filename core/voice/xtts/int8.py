"""8-bit linear layers for the GPT on a CPU: weights of one byte with a scale for each output, a quarter of the memory
traffic that decoding is bound by. Inputs are rounded to 8 bits with one scale a call; sums and outputs are exact float32.
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor, nn

LARGEST = 127


class Int8Linear(nn.Module):
    """x [..., in] -> x W + b [..., out]; W is given as [in, out], as GPT-2 stores it."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.outputs = weight.shape[1]
        self.packed = torch.ops.quantized.linear_prepack(quantised(weight.t().float()), bias.float())

    def forward(self, x: Tensor) -> Tensor:
        out = torch.ops.quantized.linear_dynamic(x.flatten(0, -2), self.packed, False)
        return out.view(*x.shape[:-1], self.outputs)


def quantised(weight: Tensor) -> Tensor:
    """Weight [out, in] rounded to signed bytes, symmetric, one scale for each output."""
    scales = (weight.abs().amax(1) / LARGEST).clamp_min(1e-12).double()
    zeros = torch.zeros(len(scales), dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch speaks of a later removal of this function
        return torch.quantize_per_channel(weight.contiguous(), scales, zeros, 0, torch.qint8)


def to_int8(block: nn.Module) -> None:
    """Replace the four linear layers of a GPT-2 block; they must hold their weights."""
    for path in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"):
        parent, name = path.split(".")
        layer = getattr(getattr(block, parent), name)
        setattr(getattr(block, parent), name, Int8Linear(layer.weight.detach(), layer.bias.detach()))
