"""Load Hallo: the user's checkpoints -> NARRATING_FACE_MODEL with a face, and with another model's voice if joined."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io, ui

from ..core.errors import InputError
from ..core.model import Model
from ..model_loaders.registry import (
    ARCFACE,
    AUDIO_PROJECTION,
    HALLO,
    HALLO_FACE,
    VAE,
    WAV2VEC2,
    FileRow,
    LoadOptions,
)
from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel
from .host.model_folders import NONE, ModelFolder
from .host.residency import (
    ManagedResidency,
    WiredVAE,
    compute_type,
    room,
)

FROM_SOCKET = "from the vae input"
FILES: dict[str, tuple[FileRow, list[str]]] = {  # widget -> its file, and what can be chosen beside files
    "hallo": (HALLO, []),
    "vae_file": (VAE, [FROM_SOCKET]),
    "wav2vec2": (WAV2VEC2, [NONE]),
    "arcface": (ARCFACE, [NONE]),
    "audio_projection": (AUDIO_PROJECTION, [NONE]),
}


class LoadHallo(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_LoadHallo",
            display_name="Load Hallo (Video)",
            category=types.MODELS,
            description="Loads Hallo's video decoder from your own files: a face that animates recordings, and that "
            "narrates text once it is joined to a voice.",
            inputs=[
                _combo("hallo", "Hallo's net.pth or the authors' combined file, in models/narrating_face/hallo."),
                _combo("vae_file", "Stable Diffusion 1.5's VAE (ft-mse), in models/narrating_face/vae or models/vae."),
                _combo(
                    "wav2vec2",
                    "wav2vec2-base-960h, in models/narrating_face/wav2vec2: without it the lips do not follow.",
                ),
                _combo("arcface", "Optional identity network, in models/narrating_face/arcface: a better likeness."),
                _combo("audio_projection", "Hallo's own net.pth, only where the combined checkpoint lacks audioproj."),
                io.Vae.Input("vae", optional=True, tooltip="A VAE that ComfyUI has loaded, in place of vae_file."),
                types.Model.Input(
                    "model", optional=True, tooltip="A model whose voice joins this face, such as that of Load XTTS-v2."
                ),
            ],
            outputs=[
                types.Model.Output("loaded_model", display_name="model", tooltip="For every stage of the graph."),
                io.String.Output("report", display_name="report", tooltip="What the files hold, as text."),
            ],
        )

    @classmethod
    def validate_inputs(cls, **values: Any) -> bool | str:
        missing = []
        for name, (row, others) in FILES.items():
            chosen, folder = values.get(name), ModelFolder.of(row)
            if chosen is not None and chosen not in others and chosen not in folder.names():
                missing.append(f"{name} {folder.missing(str(chosen))}")
        return f"files are missing: {'; '.join(missing)}." if missing else super().validate_inputs(**values)

    @classmethod
    def execute(
        cls,
        hallo: str,
        vae_file: str,
        wav2vec2: str,
        arcface: str,
        audio_projection: str,
        vae: Any = None,
        model: LoadedModel | None = None,
    ) -> io.NodeOutput:
        names = {
            "hallo": hallo,
            "vae_file": vae_file,
            "wav2vec2": wav2vec2,
            "arcface": arcface,
            "audio_projection": audio_projection,
        }
        cls.check(**names)
        if vae is None and vae_file == FROM_SOCKET:
            raise InputError("no VAE is given: connect one to the vae input, or choose a vae_file.")
        residency = ManagedResidency()
        options = LoadOptions(
            dtype=compute_type(),
            vae=None if vae is None else WiredVAE(vae),
            residency=residency,
            free_memory=lambda: room(residency.model),
        )
        loaded = HALLO_FACE.load(dict(_paths(names)), options)
        voice, known = (None, ()) if model is None else (model.model.voice, model.patchers)
        residency.model = LoadedModel.of(Model(voice, loaded.model.face), known)
        return io.NodeOutput(residency.model, loaded.report, ui=ui.PreviewText(loaded.report))


def _paths(names: dict[str, str]) -> Any:
    """(option of the registry, path) of every chosen file."""
    for widget, name in names.items():
        row, others = FILES[widget]
        if name not in others:
            yield row.option, ModelFolder.of(row).file(name)


def _combo(name: str, tooltip: str) -> io.Combo.Input:
    row, others = FILES[name]
    return io.Combo.Input(name, options=[*ModelFolder.of(row).names(), *others], tooltip=tooltip)
