"""ComfyUI's model management around a Model: one ModelPatcher for each network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import comfy.model_management as management
from comfy import model_patcher
from comfy.model_patcher import ModelPatcher
from torch import Tensor, device, nn

from ...core.model import Model
from .progress import interruptible

# Newer versions page models in and out by themselves when this class holds them.
PATCHER: type[ModelPatcher] = getattr(model_patcher, "CoreModelPatcher", ModelPatcher)


def managed(net: nn.Module) -> tuple[ModelPatcher, ...]:
    """Let ComfyUI move ``net`` between its devices: one patcher, or none for a net without weights."""
    if next(net.parameters(), None) is None:
        return ()
    load, offload = management.get_torch_device(), management.unet_offload_device()
    return (PATCHER(net, load_device=load, offload_device=offload),)


@dataclass(frozen=True)
class LoadedBlock:
    """Entanglement blocks of one kind by the half that they belong to, with their patchers."""

    modules: dict[str, nn.Module]
    patchers: tuple[ModelPatcher, ...]

    @property
    def voice(self) -> nn.Module:
        """The block for a voice half; a face's where that is the only one."""
        return self.modules.get("voice") or self.modules["face"]

    @property
    def face(self) -> nn.Module:
        """The block for a face half; the one that both halves meet in where they share it."""
        return self.modules.get("face") or self.modules["voice"]


@dataclass(frozen=True)
class LoadedModel:
    """A model with the patchers of its networks."""

    model: Model
    patchers: tuple[ModelPatcher, ...]

    @classmethod
    def of(cls, model: Model, known: Iterable[ModelPatcher] = ()) -> LoadedModel:
        """``known`` patchers are kept for the networks that they already hold."""
        own = {id(patcher.model): (patcher,) for patcher in known}
        nets = model.nets().values()
        return cls(model, tuple(patcher for net in nets for patcher in own.get(id(net)) or managed(net)))

    def block(self, kind: str) -> LoadedBlock:
        """The blocks of a kind, sharing the patchers of the model's own networks."""
        modules = self.model.blocks(kind)
        own = {id(patcher.model): (patcher,) for patcher in self.patchers}
        patchers = (patcher for module in modules.values() for patcher in own.get(id(module)) or managed(module))
        return LoadedBlock(modules, tuple(patchers))

    @contextmanager
    def running(self, *blocks: LoadedBlock) -> Iterator[Model]:
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
