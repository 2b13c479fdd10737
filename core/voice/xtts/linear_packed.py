"""A float32 linear layer whose weights lie in the order in which oneDNN multiplies, put there once.

All threads share the product of a single row, and several rows need no copy of the weights. The operators are those
that torch's compiler emits for a linear layer on a CPU; they have no public name, so a layer is packed only where a
trial gives the right product.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ROWS = 4  # oneDNN chooses an order by how many rows it is told to expect; for one alone it keeps [out, in]


class PackedLinear(nn.Module):
    """x [..., in] -> x W + b [..., out], W [in, out]; for use on a CPU alone. Gradients reach x, more slowly."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.bias = nn.Parameter(bias.clone(), requires_grad=False)
        self.packed = packed(weight.t().contiguous())

    @property
    def weight(self) -> Tensor:
        """[out, in], unpacked anew at every call."""
        return self.packed.to_dense()

    def forward(self, x: Tensor) -> Tensor:
        if torch.is_grad_enabled() and x.requires_grad:
            return F.linear(x, self.weight, self.bias)
        return product(x, self.packed, self.bias)


def packed(weight: Tensor) -> Tensor:
    """Weight [out, in] in oneDNN's order."""
    return torch.ops.mkldnn._reorder_linear_weight(weight, ROWS)


def product(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """x [..., in] by a packed weight, and the bias [out]."""
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")


@lru_cache(maxsize=1)
def packing_works() -> bool:
    """Does this torch pack float32 weights and multiply rightly, and is there no accelerator they might be moved to?"""
    accelerated = torch.cuda.is_available() or torch.xpu.is_available() or torch.backends.mps.is_available()
    if accelerated or not torch.backends.mkldnn.is_available():
        return False
    weight, bias = torch.linspace(-1, 1, 64 * 96).view(64, 96), torch.linspace(0, 1, 96)
    x = torch.linspace(-1, 2, 5 * 64).view(1, 5, 64)
    try:
        layer = PackedLinear(weight, bias)
        with torch.inference_mode():
            return torch.equal(layer.weight, weight.t()) and torch.allclose(layer(x), x @ weight + bias, atol=1e-4)
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return False
