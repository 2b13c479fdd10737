"""Load XTTS-v2: a checkpoint in models/narrating_face/xtts -> NARRATING_FACE_MODEL of the full family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folder_paths
from comfy.model_management import get_torch_device
from comfy_api.latest import io

from ..core.errors import InputError
from ..core.voice.xtts.config import REFERENCE_PRESETS
from ..core.voice.xtts.linear import LINEARS
from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel

FOLDER = "narrating_face_xtts"
SUFFIXES = (".pth", ".safetensors")
COMPANIONS = {"dvae.pth", "mel_stats.pth", "speakers_xtts.pth"}  # of the same download, not needed here
NEEDED = "model.pth and vocab.json of coqui/XTTS-v2 (Hugging Face, release v2.0.3, non-commercial licence CPML)"


def register_folder() -> None:
    """Tell ComfyUI where XTTS-v2 checkpoints lie."""
    folder_paths.add_model_folder_path(FOLDER, str(folder()))


def folder() -> Path:
    return Path(folder_paths.models_dir) / "narrating_face" / "xtts"


def checkpoints() -> list[str]:
    names = folder_paths.get_filename_list(FOLDER)
    return [name for name in names if name.endswith(SUFFIXES) and Path(name).name not in COMPANIONS]


class LoadXTTS(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_LoadXTTS",
            display_name="Load XTTS-v2",
            category=types.MODELS,
            description="Loads the public XTTS-v2 checkpoint: the full family's voice, in 17 languages.",
            inputs=[
                io.Combo.Input(
                    "checkpoint",
                    options=checkpoints(),
                    tooltip=f"A file in models/narrating_face/xtts: put {NEEDED} there.",
                ),
                io.Combo.Input(
                    "precision",
                    options=list(LINEARS),
                    default="float32",
                    tooltip="Of the GPT: float16 is nearly twice as fast on a CPU, int8 faster still and less exact.",
                ),
                io.Combo.Input(
                    "reference",
                    options=list(REFERENCE_PRESETS),
                    default="xtts",
                    tooltip="How much of a voice sample is heard: 30 s (xtts), or 6 s as the paper's authors do.",
                ),
                io.Boolean.Input(
                    "faithful_text",
                    default=False,
                    tooltip="Spell text exactly as the reference does, oddities included (years as plain numbers).",
                ),
            ],
            outputs=[types.Model.Output("model", display_name="model", tooltip="For every stage of the graph.")],
        )

    @classmethod
    def validate_inputs(cls, **values: Any) -> bool | str:
        checkpoint = values.get("checkpoint")
        if checkpoint is not None and checkpoint not in checkpoints():
            return (
                f"checkpoint {str(checkpoint)[:80]!r} is not there: put {NEEDED} into {folder()}, then reload the page."
            )
        return super().validate_inputs(**values)

    @classmethod
    def fingerprint_inputs(cls, checkpoint: str, **values: Any) -> tuple[Any, ...]:
        path = folder_paths.get_full_path(FOLDER, checkpoint or "")
        return (Path(path).stat().st_mtime if path else 0.0, *values.values())

    @classmethod
    def execute(cls, checkpoint: str, precision: str, reference: str, faithful_text: bool) -> io.NodeOutput:
        from ..core.families.xtts.model import FullModel
        from ..model_loaders.xtts import load_voice

        cls.check(checkpoint=checkpoint, precision=precision, reference=reference)
        if precision != "float32" and get_torch_device().type != "cpu":
            raise InputError(
                f"precision is {precision}, which computes on a CPU alone: choose float32 for this graphics card."
            )
        path = folder_paths.get_full_path_or_raise(FOLDER, checkpoint)
        return io.NodeOutput(LoadedModel.of(FullModel(load_voice(path, precision, reference, faithful_text))))
