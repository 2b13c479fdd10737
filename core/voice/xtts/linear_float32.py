"""A float32 linear layer with its weights as [out, in], for a single thread.

Decoding is bound by reading the weights, so that several rows should cost little more than one. oneDNN achieves that on
processors with AVX-512. On others it first copies the weights into another order; MKL does not, and is fastest for a
few rows with the transposed product.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MAX_FEW_ROWS, TILE = 8, 4  # rows; MKL works on multiples of TILE


class OutputMajorLinear(nn.Module):
    """x [..., in] -> x W + b [..., out], W [in, out]; trainable, on any device."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.t().contiguous(), requires_grad=False)
        self.bias = nn.Parameter(bias.clone(), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu" or torch.is_grad_enabled() or not torch.backends.mkldnn.is_available():
            return F.linear(x, self.weight, self.bias)
        rows = x.reshape(-1, x.shape[-1])  # [N, in]
        if not copies_for_few_rows():
            return F.linear(rows.to_mkldnn(), self.weight, self.bias).to_dense().view(*x.shape[:-1], -1)
        return (
            self._few_rows(rows).view(*x.shape[:-1], -1)
            if 1 < len(rows) <= MAX_FEW_ROWS
            else F.linear(x, self.weight, self.bias)
        )

    def _few_rows(self, rows: Tensor) -> Tensor:
        """The transposed product: [N, in] -> [N, out]."""
        missing = -len(rows) % TILE
        tiled = F.pad(rows, (0, 0, 0, missing)) if missing else rows
        product = torch.addmm(self.bias[:, None], self.weight, tiled.t())  # [out, N and padding]
        return product[:, : len(rows)].t().contiguous()


@lru_cache(maxsize=1)
def copies_for_few_rows() -> bool:
    """Whether oneDNN copies plain float32 weights before it multiplies a few rows, and MKL is available instead."""
    return torch.backends.mkl.is_available() and torch.backends.cpu.get_cpu_capability() == "AVX2"
