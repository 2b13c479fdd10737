"""Linear layers that make the GPT fast on a CPU; all take GPT-2's weight W as it is stored, [in, out].

``OutputMajorLinear`` keeps float32 weights as [out, in]: several rows at once cost little more than one, because
decoding is bound by reading the weights. oneDNN sees to that, except for few rows on processors without AVX-512: there
it copies the weights into another order first, and MKL does not; a few rows are its fastest as the transposed product.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .linear_int8 import Int8Linear

FEW, TILE = 8, 4  # rows: what counts as a few, and how many MKL likes at a time
MakeLinear = Callable[[Tensor, Tensor], nn.Module]


class OutputMajorLinear(nn.Module):
    """x [..., in] -> x W + b [..., out] in float32; trainable."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.t().contiguous(), requires_grad=False)
        self.bias = nn.Parameter(bias.clone(), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu" or torch.is_grad_enabled() or not torch.backends.mkldnn.is_available():
            return F.linear(x, self.weight, self.bias)
        rows = x.reshape(-1, x.shape[-1])  # [N, in]
        if len(rows) > FEW or not copies_for_few_rows():
            return self._many(rows).view(*x.shape[:-1], -1)
        return (self._few(rows) if len(rows) > 1 else F.linear(rows, self.weight, self.bias)).view(*x.shape[:-1], -1)

    def _many(self, rows: Tensor) -> Tensor:
        return F.linear(rows.to_mkldnn(), self.weight, self.bias).to_dense()

    def _few(self, rows: Tensor) -> Tensor:
        tiled = F.pad(rows, (0, 0, 0, -len(rows) % TILE))
        product = torch.addmm(self.bias[:, None], self.weight, tiled.t())  # [out, N and padding]
        return product[:, : len(rows)].t().contiguous()


@lru_cache(maxsize=1)
def copies_for_few_rows() -> bool:
    """Does oneDNN copy plain float32 weights before it multiplies a few rows with them, and is MKL there instead?"""
    return torch.backends.mkl.is_available() and torch.backends.cpu.get_cpu_capability() == "AVX2"


LINEARS: dict[str, MakeLinear] = {"float32": OutputMajorLinear, "int8": Int8Linear}


def replace_linears(block: nn.Module, make: MakeLinear) -> None:
    """Put other layers in the place of a GPT-2 block's four linear ones, with the same weights."""
    for path in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"):
        parent, name = path.split(".")
        layer = getattr(getattr(block, parent), name)
        setattr(getattr(block, parent), name, make(layer.weight.detach(), layer.bias.detach()))
