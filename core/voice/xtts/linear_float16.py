"""A linear layer with float16 weights: half the memory traffic of float32, at 11 significant bits.

Inputs and sums are float32: FBGEMM converts the weights as it reads them, so that several rows cost little more than
one.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...errors import InputError
from .fbgemm import fbgemm_engine, has_fbgemm

MAX_FLOAT16 = 65_504.0


class Float16Linear(nn.Module):
    """x [..., in] -> x W + b [..., out], W [in, out]; CPU only.

    Raises InputError where torch comes without FBGEMM, and for a weight beyond float16's range.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        if not has_fbgemm():
            raise InputError("precision is float16, which this build of torch cannot multiply: choose float32 or int8.")
        if (largest := float(weight.abs().max())) > MAX_FLOAT16:
            raise InputError(
                f"precision is float16, but a weight is {largest:,.0f} and float16 ends at {MAX_FLOAT16:,.0f}: choose "
                "float32."
            )
        with fbgemm_engine():
            self.packed = torch.ops.quantized.linear_prepack_fp16(weight.t().contiguous(), bias.clone())

    def forward(self, x: Tensor) -> Tensor:
        return torch.ops.quantized.linear_dynamic_fp16(x, self.packed)
