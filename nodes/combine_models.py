"""Any voice with any face: two models -> one with the voice of the first and the face of the second."""

from __future__ import annotations

from comfy_api.latest import io

from ..core.model import Model
from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel


class CombineModels(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_CombineModels",
            display_name="Combine Voice and Face",
            category=types.MODELS,
            description="One model with the voice of one and the face of another, for the Narrate node. Where both are "
            "of one kind they meet in the entanglement block; otherwise the face follows the finished speech.",
            inputs=[
                types.Model.Input("voice_model", tooltip="The model that speaks, such as that of Load XTTS-v2."),
                types.Model.Input("face_model", tooltip="The model that is seen, such as the starter or Hallo."),
            ],
            outputs=[types.Model.Output("model", display_name="model", tooltip="For the Narrate node.")],
        )

    @classmethod
    def execute(cls, voice_model: LoadedModel, face_model: LoadedModel) -> io.NodeOutput:
        model = Model(voice_model.model.voice, face_model.model.face)
        return io.NodeOutput(LoadedModel.of(model, (*voice_model.patchers, *face_model.patchers)))
