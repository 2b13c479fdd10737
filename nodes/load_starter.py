"""Load a model family: (family) -> NARRATING_FACE_MODEL."""

from __future__ import annotations

from collections.abc import Callable

from comfy_api.latest import io

from ..core.model import NarratingModel
from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel


def _starter() -> NarratingModel:
    from ..model_loaders.starter import load

    return load()


FAMILIES: dict[str, Callable[[], NarratingModel]] = {"starter": _starter}


class LoadModel(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_LoadModel",
            display_name="Load Narrating Face Model",
            category=types.MODELS,
            description="Loads every network of a model family. 'starter' comes with the pack and runs on a CPU.",
            inputs=[
                io.Combo.Input(
                    "family",
                    options=list(FAMILIES),
                    default="starter",
                    tooltip="starter: small networks bundled with the pack, no download.",
                )
            ],
            outputs=[types.Model.Output("model", display_name="model", tooltip="For every stage of the graph.")],
        )

    @classmethod
    def execute(cls, family: str) -> io.NodeOutput:
        cls.check(family=family)
        return io.NodeOutput(LoadedModel.of(FAMILIES[family]()))
