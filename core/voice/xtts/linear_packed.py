"""A float32 linear layer whose weights are reordered once into the blocked layout of oneDNN.

All threads share the product of a single row, and several rows need no copy of the weights. The operators are those
that torch's compiler emits for linear layers on a CPU. They are not public, so a layer is packed only where a trial
gives the right product.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

EXPECTED_ROWS = 4  # oneDNN chooses the layout by the number of rows; for a single row it stays [out, in]


class PackedLinear(nn.Module):
    """x [..., in] -> x W + b [..., out], W [in, out]; CPU only. Gradients reach x, through a slower product."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.bias = nn.Parameter(bias.clone(), requires_grad=False)
        self.packed = reorder_weight(weight.t().contiguous())

    @property
    def weight(self) -> Tensor:
        """[out, in], unpacked at every call."""
        return self.packed.to_dense()

    def forward(self, x: Tensor) -> Tensor:
        if torch.is_grad_enabled() and x.requires_grad:
            return F.linear(x, self.weight, self.bias)
        return multiply_packed(x, self.packed, self.bias)


def reorder_weight(weight: Tensor) -> Tensor:
    """Weight [out, in] in the layout of oneDNN."""
    return torch.ops.mkldnn._reorder_linear_weight(weight, EXPECTED_ROWS)


def multiply_packed(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """x [..., in] times a reordered weight, plus the bias [out]."""
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")


@lru_cache(maxsize=1)
def packing_works() -> bool:
    """Whether this torch multiplies packed weights correctly, and has no accelerator that they could be moved to."""
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
