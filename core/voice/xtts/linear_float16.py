"""A linear layer with float16 weights: half of float32's traffic, for 11 bits of each weight.

Inputs and sums stay in float32: FBGEMM widens the weights as it reads them, so several rows cost little more than one.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...errors import InputError
from .engine import has_fbgemm, lean_engine

LARGEST = 65_504.0  # float16 ends here


class Float16Linear(nn.Module):
    """x [..., in] -> x W + b [..., out], W [in, out]; for use on a CPU alone.

    Raises InputError where torch comes without FBGEMM, and for a weight beyond float16's range.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        if not has_fbgemm():
            raise InputError(
                "precision is float16, which this computer's torch cannot multiply: choose float32 or int8."
            )
        if (largest := float(weight.abs().max())) > LARGEST:
            raise InputError(
                f"precision is float16, but a weight is {largest:,.0f} and float16 ends at {LARGEST:,.0f}: choose "
                "float32."
            )
        with lean_engine():
            self.packed = torch.ops.quantized.linear_prepack_fp16(weight.t().contiguous(), bias.clone())

    def forward(self, x: Tensor) -> Tensor:
        return torch.ops.quantized.linear_dynamic_fp16(x, self.packed)
