"""Load a bundled model: (family) -> NARRATING_FACE_MODEL with a voice and a face."""

from __future__ import annotations

from comfy_api.latest import io

from ..model_loaders.registry import FAMILIES, LoadOptions
from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel

BUNDLED = [name for name, family in FAMILIES.items() if not family.files]


class LoadModel(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_LoadModel",
            display_name="Load Narrating Face Model",
            category=types.MODELS,
            description="Loads every network of a bundled model. 'starter' runs on a CPU; nothing is downloaded.",
            inputs=[
                io.Combo.Input(
                    "family",
                    options=BUNDLED,
                    default=BUNDLED[0],
                    tooltip="starter: small networks bundled with the pack, no download.",
                )
            ],
            outputs=[types.Model.Output("model", display_name="model", tooltip="For every stage of the graph.")],
        )

    @classmethod
    def execute(cls, family: str) -> io.NodeOutput:
        cls.check(family=family)
        return io.NodeOutput(LoadedModel.of(FAMILIES[family].load({}, LoadOptions()).model))
