"""ComfyUI's model management around a NarratingModel: one ModelPatcher for each network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import comfy.model_management as management
import comfy.model_patcher
from torch import Tensor, device, nn

from ..core.model import NarratingModel
from .progress import interruptible

# Newer versions page models in and out by themselves when this class holds them.
Patcher = getattr(comfy.model_patcher, "CoreModelPatcher", comfy.model_patcher.ModelPatcher)


def managed(net: nn.Module) -> Patcher:
    """Let ComfyUI move ``net`` between its devices."""
    return Patcher(net, load_device=management.get_torch_device(), offload_device=management.unet_offload_device())


@dataclass(frozen=True)
class LoadedBlock:
    """An entanglement block with its patcher."""

    module: nn.Module
    patcher: Patcher


@dataclass(frozen=True)
class LoadedModel:
    """A model family's networks, each with its patcher, by name."""

    model: NarratingModel
    patchers: dict[str, Patcher]

    @classmethod
    def of(cls, model: NarratingModel) -> LoadedModel:
        return cls(model, {name: managed(net) for name, net in model.nets().items()})

    def block(self, kind: str) -> LoadedBlock:
        """The block ``kind``, sharing its patcher when it is one of the model's own networks."""
        module = self.model.block(kind)
        own = (patcher for patcher in self.patchers.values() if patcher.model is module)
        return LoadedBlock(module, next(own, None) or managed(module))

    @contextmanager
    def running(self, *blocks: LoadedBlock) -> Iterator[NarratingModel]:
        """The model with its networks on the compute device; a cancelled run stops at the next layer."""
        patchers = [*self.patchers.values(), *(block.patcher for block in blocks)]
        management.load_models_gpu(list({id(patcher): patcher for patcher in patchers}.values()))
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
