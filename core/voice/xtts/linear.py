"""Linear layers that speed up the GPT on a CPU, by precision; all take the weight W [in, out] as GPT-2 stores it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .linear_float16 import Float16Linear
from .linear_float32 import OutputMajorLinear
from .linear_int8 import Int8Linear
from .linear_packed import PackedLinear, packing_works

MakeLinear = Callable[[Tensor, Tensor], nn.Module]


def float32_linear(weight: Tensor, bias: Tensor) -> nn.Module:
    """The fastest float32 layer: packed weights for several threads, as MKL multiplies a single row on only one."""
    packs = torch.get_num_threads() > 1 and packing_works()
    return (PackedLinear if packs else OutputMajorLinear)(weight, bias)


LINEARS: dict[str, MakeLinear] = {"float32": float32_linear, "float16": Float16Linear, "int8": Int8Linear}


def replace_linears(block: nn.Module, make: MakeLinear) -> None:
    """Replace the four linear layers of a GPT-2 block by layers of ``make`` with the same weights."""
    for path in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"):
        parent, name = path.split(".")
        layer = getattr(getattr(block, parent), name)
        setattr(getattr(block, parent), name, make(layer.weight.detach(), layer.bias.detach()))
