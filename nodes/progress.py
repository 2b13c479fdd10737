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
    """One bar for a node: each part of its work fills the share it was given, of 1,000 steps in all."""

    STEPS = 1000

    def __init__(self) -> None:
        self.bar = ProgressBar(self.STEPS)
        self.done = 0.0

    def part(self, share: float, total: int) -> Callable[[int], None]:
        """A callback for ``total`` steps of work that fill ``share`` (0..1) of the bar; it stops a cancelled run."""
        start = self.done
        self.done += share

        def report(count: int) -> None:
            throw_exception_if_processing_interrupted()
            self.bar.update_absolute(round(self.STEPS * (start + share * min(1.0, count / max(1, total)))), self.STEPS)

        return report

    def over(self, items: Iterable[T], share: float, total: int) -> Iterator[T]:
        """The items, counted as they pass."""
        report = self.part(share, total)
        report(0)
        for count, item in enumerate(items, 1):
            report(count)
            yield item
