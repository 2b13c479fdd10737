"""The networks of XTTS-v2 on the meta device: shapes without storage, for a checkpoint to fill.

Random initial weights are skipped: without storage torch leaves them to its compiler, whose import costs 0.1 GB and two
seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from ...core.voice.xtts.config import XTTSConfig
from ...core.voice.xtts.nets import XTTSNets

RANDOM_FILLS = (torch.Tensor.normal_, torch.nn.init.normal_)


class SkipRandomFills(TorchFunctionMode):
    """Filling a tensor with random numbers does nothing."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in RANDOM_FILLS:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def build_on_meta(config: XTTSConfig) -> XTTSNets:
    with torch.device("meta"), SkipRandomFills():
        return XTTSNets(config)
