"""Causal masks of the GPT-2 of transformers 4, which are buffers of each layer and in no checkpoint."""

from __future__ import annotations

import torch
from torch import nn
from transformers import GPT2Model

MASKED_SCORE = -1e4


def fill_masks(net: nn.Module) -> None:
    """Give every GPT-2 within ``net``, built on the meta device, real masks."""
    for stack in [module for module in net.modules() if isinstance(module, GPT2Model)]:
        for path, mask in list(stack.named_buffers()):
            parent, _, name = path.rpartition(".")
            ones = torch.ones(mask.shape, dtype=mask.dtype, device="cpu")
            setattr(stack.get_submodule(parent), name, ones.tril() if ones.ndim == 4 else ones * MASKED_SCORE)
