"""What the GPT-2 of older transformers (4.56 among them) holds and no file does: the causal mask of each layer."""

from __future__ import annotations

import torch
from torch import nn
from transformers import GPT2Model

REFUSED = -1e4  # a masked score


def fill_masks(net: nn.Module) -> None:
    """Put real masks in place of those that every GPT-2 within ``net`` has on the meta device."""
    for stack in [module for module in net.modules() if isinstance(module, GPT2Model)]:
        for path, mask in list(stack.named_buffers()):
            parent, _, name = path.rpartition(".")
            ones = torch.ones(mask.shape, dtype=mask.dtype, device="cpu")
            setattr(stack.get_submodule(parent), name, ones.tril() if ones.ndim == 4 else ones * REFUSED)
