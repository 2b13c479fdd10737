"""Progress bars and cancelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from comfy.model_management import throw_exception_if_processing_interrupted
from comfy.utils import ProgressBar
from torch import nn

T = TypeVar("T")


@contextmanager
def interruptible(nets: Iterable[nn.Module]) -> Iterator[None]:
    """While open, every layer of ``nets`` first looks whether the user has cancelled."""
    layers = {id(layer): layer for net in nets for layer in net.modules()}.values()
    hooks = [layer.register_forward_pre_hook(_stop_if_cancelled) for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _stop_if_cancelled(*_: object) -> None:
    throw_exception_if_processing_interrupted()


class Progress:
    """A node's bar from 0 to 1; every report also stops a cancelled run."""

    STEPS = 1000

    def __init__(self) -> None:
        self.bar = ProgressBar(self.STEPS)

    def at(self, fraction: float) -> None:
        throw_exception_if_processing_interrupted()
        self.bar.update_absolute(round(self.STEPS * min(1.0, fraction)))

    def part(self, start: float, end: float, total: int) -> Callable[[int], None]:
        """A callback for ``total`` steps of work that take the bar from ``start`` to ``end``."""
        return lambda count: self.at(start + (end - start) * min(1.0, count / max(1, total)))

    def over(self, items: Iterable[T], start: float, end: float, total: int) -> Iterator[T]:
        """The items, counted as they pass."""
        report = self.part(start, end, total)
        report(0)
        for count, item in enumerate(items, 1):
            report(count)
            yield item
