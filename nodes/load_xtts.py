"""Load XTTS-v2: a checkpoint in models/narrating_face/xtts -> NARRATING_FACE_MODEL with a voice."""

from __future__ import annotations

from typing import Any

from comfy.model_management import get_torch_device
from comfy_api.latest import io

from ..core.errors import InputError
from ..core.settings import PRECISIONS, REFERENCES
from ..model_loaders.registry import XTTS, XTTS_V2, LoadOptions
from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel
from .host.model_folders import ModelFolder

FOLDER = ModelFolder.of(XTTS)


class LoadXTTS(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_LoadXTTS",
            display_name="Load XTTS-v2",
            category=types.MODELS,
            description="Loads the public XTTS-v2 checkpoint: a voice in 17 languages, for any face.",
            inputs=[
                io.Combo.Input(
                    "checkpoint",
                    options=FOLDER.names(),
                    tooltip=f"A file in models/narrating_face/xtts: {XTTS.description}, from {XTTS.source}.",
                ),
                io.Combo.Input(
                    "precision",
                    options=list(PRECISIONS),
                    default=PRECISIONS[0],
                    tooltip="Of the GPT: float16 is nearly twice as fast on a CPU, int8 faster still and less exact.",
                ),
                io.Combo.Input(
                    "reference",
                    options=list(REFERENCES),
                    default=REFERENCES[0],
                    tooltip="How much of a voice sample is used: 30 s (xtts), or 6 s as the paper's authors do.",
                ),
                io.Boolean.Input(
                    "faithful_text",
                    default=False,
                    tooltip="Spell text exactly as the reference does, oddities included (years as plain numbers).",
                ),
            ],
            outputs=[types.Model.Output("model", display_name="model", tooltip="For every stage of the voice.")],
        )

    @classmethod
    def validate_inputs(cls, **values: Any) -> bool | str:
        checkpoint = values.get("checkpoint")
        if checkpoint is not None and checkpoint not in FOLDER.names():
            return (
                f"checkpoint {str(checkpoint)[:80]!r} is not there: put {XTTS.description} into {FOLDER.path} (get it "
                f"from {XTTS.source}), then reload the page."
            )
        return super().validate_inputs(**values)

    @classmethod
    def fingerprint_inputs(cls, checkpoint: str, **values: Any) -> tuple[Any, ...]:
        return (FOLDER.modified(checkpoint or ""), *values.values())

    @classmethod
    def execute(cls, checkpoint: str, precision: str, reference: str, faithful_text: bool) -> io.NodeOutput:
        cls.check(checkpoint=checkpoint, precision=precision, reference=reference)
        if precision != PRECISIONS[0] and get_torch_device().type != "cpu":
            raise InputError(
                f"precision is {precision}, which computes only on a CPU: choose float32 for this graphics card."
            )
        options = LoadOptions(precision=precision, reference=reference, faithful_text=faithful_text)
        loaded = XTTS_V2.load({XTTS.option: FOLDER.file(checkpoint)}, options)
        return io.NodeOutput(LoadedModel.of(loaded.model))
