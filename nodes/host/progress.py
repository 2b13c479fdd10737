"""A node's progress bar and cancelling, as the pipeline's progress callback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from comfy.model_management import throw_exception_if_processing_interrupted
from comfy.utils import ProgressBar
from torch import nn

from ...core.progress import Progress, Stage

STEPS = 1000  # of a whole bar
WHOLE = (0.0, 1.0)


@contextmanager
def interruptible(nets: Iterable[nn.Module]) -> Iterator[None]:
    """While open, every layer of ``nets`` first checks whether the user has cancelled."""
    layers = {id(layer): layer for net in nets for layer in net.modules()}.values()
    hooks = [layer.register_forward_pre_hook(_stop_if_cancelled) for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _stop_if_cancelled(*_: object) -> None:
    throw_exception_if_processing_interrupted()


class NodeProgress:
    """A ``ProgressCallback``: each stage fills its share of the bar, and every report stops a cancelled run."""

    def __init__(self, shares: Mapping[Stage, tuple[float, float]] | None = None) -> None:
        self._bar, self._shares = ProgressBar(STEPS), shares or {}

    def __call__(self, progress: Progress) -> None:
        throw_exception_if_processing_interrupted()
        start, end = self._shares.get(progress.stage, WHOLE)
        self._bar.update_absolute(round(STEPS * (start + (end - start) * progress.fraction)))
