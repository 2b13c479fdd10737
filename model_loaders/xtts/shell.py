"""The networks of XTTS-v2 as they are before a checkpoint fills them: shapes without storage.

Random numbers for fresh weights are left out. They would be for nothing, and without storage torch leaves them to its
compiler, whose import costs 0.1 GB and two seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from ...core.voice.xtts.config import XTTSConfig
from ...core.voice.xtts.nets import XTTSNets

FILLS = (torch.Tensor.normal_, torch.nn.init.normal_)


class WithoutRandomNumbers(TorchFunctionMode):
    """Filling a tensor with them does nothing."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in FILLS:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def shell(config: XTTSConfig) -> XTTSNets:
    """Networks on the meta device."""
    with torch.device("meta"), WithoutRandomNumbers():
        return XTTSNets(config)
