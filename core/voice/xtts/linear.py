"""Linear layers that make the GPT fast on a CPU; both take GPT-2's weight W as it is stored, [in, out].

``OutputMajorLinear`` keeps float32 weights as [out, in] and multiplies with oneDNN: several rows at once cost little
more than one, because decoding is bound by reading the weights. ``Int8Linear`` keeps a byte for each weight and a scale
for each output, a quarter of that traffic; its inputs are rounded to 8 bits with one scale a call.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LARGEST = 127
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
        rows = x.reshape(-1, x.shape[-1]).to_mkldnn()
        return F.linear(rows, self.weight, self.bias).to_dense().view(*x.shape[:-1], -1)


class Int8Linear(nn.Module):
    """x [..., in] -> x W + b [..., out] with 8-bit weights; for use on a CPU alone."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        with lean_engine():
            self.packed = torch.ops.quantized.linear_prepack(quantised(weight.t()), bias.clone())

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        return torch.ops.quantized.linear_dynamic(rows, self.packed, False).view(*x.shape[:-1], -1)


@contextmanager
def lean_engine() -> Iterator[None]:
    """Pack with FBGEMM where it exists: other engines keep the unpacked weights as well."""
    engines = torch.backends.quantized
    before = engines.engine
    if "fbgemm" in engines.supported_engines:
        engines.engine = "fbgemm"
    try:
        yield
    finally:
        engines.engine = before


def quantised(weight: Tensor) -> Tensor:
    """Weight [out, in] rounded to signed bytes, symmetric, one scale for each output."""
    scales = (weight.abs().amax(1) / LARGEST).clamp_min(1e-12).double()
    zeros = torch.zeros(len(scales), dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch speaks of a later removal of this function
        return torch.quantize_per_channel(weight.contiguous(), scales, zeros, 0, torch.qint8)


LINEARS: dict[str, MakeLinear] = {"float32": OutputMajorLinear, "int8": Int8Linear}


def replace_linears(block: nn.Module, make: MakeLinear) -> None:
    """Put other layers in the place of a GPT-2 block's four linear ones, with the same weights."""
    for path in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"):
        parent, name = path.split(".")
        layer = getattr(getattr(block, parent), name)
        setattr(getattr(block, parent), name, make(layer.weight.detach(), layer.bias.detach()))
