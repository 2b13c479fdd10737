"""The three entanglement blocks behind one socket: swap them by dragging a wire."""

from __future__ import annotations

from comfy_api.latest import io

from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel


def block_schema(node_id: str, display_name: str, description: str) -> io.Schema:
    return io.Schema(
        node_id=node_id,
        display_name=display_name,
        category=types.ENTANGLEMENT,
        description=description,
        inputs=[types.Model.Input("model", tooltip="From Load Narrating Face Model.")],
        outputs=[types.Block.Output("block", display_name="block", tooltip="For a guided transformer.")],
    )


class ExplicitBlock(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return block_schema(
            "NarratingFace_ExplicitBlock",
            "Explicit Transformer Encoder (ETE)",
            "One cross-attention encoder for the audio path and one for the video path: 3,151,872 weights.",
        )

    @classmethod
    def execute(cls, model: LoadedModel) -> io.NodeOutput:
        return io.NodeOutput(model.block("ete"))


class SharedBlock(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return block_schema(
            "NarratingFace_SharedBlock",
            "Shared Transformer Encoder (STE)",
            "One cross-attention encoder serves the audio and the video path: 1,575,936 weights.",
        )

    @classmethod
    def execute(cls, model: LoadedModel) -> io.NodeOutput:
        return io.NodeOutput(model.block("ste"))


class NoAttentionBlock(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return block_schema(
            "NarratingFace_NoAttentionBlock",
            "No Entanglement",
            "Voice and face do not attend to each other: the ablation to compare with.",
        )

    @classmethod
    def execute(cls, model: LoadedModel) -> io.NodeOutput:
        return io.NodeOutput(model.block("none"))
