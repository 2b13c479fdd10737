"""Linear layers that make the GPT fast on a CPU; all take GPT-2's weight W as it is stored, [in, out].

``OutputMajorLinear`` keeps float32 weights as [out, in]: with oneDNN, several rows at once cost little more than one,
because decoding is bound by reading the weights. Processors without AVX-512 use ``HalvesLinear`` in its place.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .linear_halves import HalvesLinear, halves_suit
from .linear_int8 import Int8Linear

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
        return F.linear(rows.to_mkldnn(), self.weight, self.bias).to_dense().view(*x.shape[:-1], -1)


def float32_linear(weight: Tensor, bias: Tensor) -> nn.Module:
    """The float32 layer that is fastest here."""
    return (HalvesLinear if halves_suit(weight) else OutputMajorLinear)(weight, bias)


LINEARS: dict[str, MakeLinear] = {"float32": float32_linear, "int8": Int8Linear}


def replace_linears(block: nn.Module, make: MakeLinear) -> None:
    """Put other layers in the place of a GPT-2 block's four linear ones, with the same weights."""
    for path in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"):
        parent, name = path.split(".")
        layer = getattr(getattr(block, parent), name)
        setattr(getattr(block, parent), name, make(layer.weight.detach(), layer.bias.detach()))
