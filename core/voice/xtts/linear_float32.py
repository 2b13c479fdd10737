"""A float32 linear layer with its weights as [out, in], for one thread.

Decoding is bound by reading the weights, so several rows should cost little more than one. oneDNN sees to that, except
on processors without AVX-512: there it copies the weights into another order first, and MKL does not; a few rows are
its fastest as the transposed product.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FEW, TILE = 8, 4  # rows: what counts as a few, and how many MKL likes at a time


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
        return self._few(rows).view(*x.shape[:-1], -1) if 1 < len(rows) <= FEW else F.linear(x, self.weight, self.bias)

    def _few(self, rows: Tensor) -> Tensor:
        missing = -len(rows) % TILE
        tiled = F.pad(rows, (0, 0, 0, missing)) if missing else rows
        product = torch.addmm(self.bias[:, None], self.weight, tiled.t())  # [out, N and padding]
        return product[:, : len(rows)].t().contiguous()


@lru_cache(maxsize=1)
def copies_for_few_rows() -> bool:
    """Does oneDNN copy plain float32 weights before it multiplies a few rows with them, and is MKL there instead?"""
    return torch.backends.mkl.is_available() and torch.backends.cpu.get_cpu_capability() == "AVX2"
