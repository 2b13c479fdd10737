"""ComfyUI's model management around a NarratingModel: one ModelPatcher for each network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import comfy.model_management as management
import comfy.model_patcher
from torch import Tensor, device, nn

from ...core.model import NarratingModel
from .progress import interruptible

# Newer versions page models in and out by themselves when this class holds them.
Patcher = getattr(comfy.model_patcher, "CoreModelPatcher", comfy.model_patcher.ModelPatcher)


def managed(net: nn.Module) -> tuple[Patcher, ...]:
    """Let ComfyUI move ``net`` between its devices: one patcher, or none for a net without weights."""
    if next(net.parameters(), None) is None:
        return ()
    devices = {"load_device": management.get_torch_device(), "offload_device": management.unet_offload_device()}
    return (Patcher(net, **devices),)


@dataclass(frozen=True)
class LoadedBlock:
    """An entanglement block with its patcher, if it has weights."""

    module: nn.Module
    patchers: tuple[Patcher, ...]


@dataclass(frozen=True)
class LoadedModel:
    """A model family with the patchers of its networks."""

    model: NarratingModel
    patchers: tuple[Patcher, ...]

    @classmethod
    def of(cls, model: NarratingModel) -> LoadedModel:
        return cls(model, tuple(patcher for net in model.nets().values() for patcher in managed(net)))

    def block(self, kind: str) -> LoadedBlock:
        """The block ``kind``, sharing its patcher when it is one of the model's own networks."""
        module = self.model.block(kind)
        own = tuple(patcher for patcher in self.patchers if patcher.model is module)
        return LoadedBlock(module, own or managed(module))

    @contextmanager
    def running(self, *blocks: LoadedBlock) -> Iterator[NarratingModel]:
        """The model with its networks on the compute device; a cancelled run stops at the next layer."""
        patchers = {*self.patchers, *(patcher for block in blocks for patcher in block.patchers)}
        management.load_models_gpu(list(patchers))
        with interruptible(patcher.model for patcher in patchers):
            yield self.model


def moved(value: Any, target: device) -> Any:
    """Every tensor of a bundle (or a tuple of bundles) on ``target``."""
    if isinstance(value, Tensor):
        return value.to(target)
    if isinstance(value, tuple):
        return tuple(moved(item, target) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: moved(getattr(value, field.name), target) for field in fields(value)})
    return value


def for_compute(value: Any) -> Any:
    """A stage's input, on the device its networks run on."""
    return moved(value, management.get_torch_device())


def for_output(value: Any) -> Any:
    """A stage's result, on the device ComfyUI keeps results on."""
    return moved(value, management.intermediate_device())
