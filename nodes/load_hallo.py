"""Load Hallo: checkpoints of the user -> NARRATING_FACE_MODEL, alone or joined to a voice."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io, ui

from ..core.errors import InputError
from .host import types
from .host.checks import StageNode
from .host.memory import LoadedModel
from .host.model_folders import (
    ARCFACE,
    HALLO,
    NONE,
    VAE,
    WAV2VEC2,
    Kind,
)
from .host.residency import (
    ManagedResidency,
    WiredVAE,
    compute_type,
    room,
)

FROM_SOCKET = "from the vae input"
FILES: dict[str, tuple[Kind, list[str]]] = {
    "hallo": (HALLO, []),
    "vae_file": (VAE, [FROM_SOCKET]),
    "wav2vec2": (WAV2VEC2, [NONE]),
    "arcface": (ARCFACE, [NONE]),
    "audio_projection": (HALLO, [NONE]),
}


class LoadHallo(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_LoadHallo",
            display_name="Load Hallo (Full Family, Video)",
            category=types.MODELS,
            description="Loads Hallo's video decoder from files of yours; joined to a voice model it narrates text, "
            "alone it animates recordings.",
            inputs=[
                _combo("hallo", "Hallo's net.pth or the authors' combined file, in models/narrating_face/hallo."),
                _combo("vae_file", "Stable Diffusion 1.5's VAE (ft-mse), in models/narrating_face/vae or models/vae."),
                _combo(
                    "wav2vec2", "wav2vec2-base-960h, in models/narrating_face/wav2vec2: without it the lips are idle."
                ),
                _combo("arcface", "Optional identity network, in models/narrating_face/arcface: a better likeness."),
                _combo("audio_projection", "Hallo's own net.pth, only where the combined checkpoint lacks audioproj."),
                io.Vae.Input("vae", optional=True, tooltip="A VAE that ComfyUI has loaded, in place of vae_file."),
                types.Model.Input(
                    "model", optional=True, tooltip="A voice model to join, such as that of Load XTTS-v2."
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
        for name, (kind, others) in FILES.items():
            chosen = values.get(name)
            if chosen is not None and chosen not in others and chosen not in kind.names():
                missing.append(f"{name} {kind.missing(str(chosen))}")
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
        from ..core.families.hallo.face_only import FaceOnlyModel
        from ..model_loaders.hallo.load import FaceFiles, load_face

        chosen = {"hallo": hallo, "vae_file": vae_file, "wav2vec2": wav2vec2, "arcface": arcface}
        cls.check(**chosen, audio_projection=audio_projection)
        if vae is None and vae_file == FROM_SOCKET:
            raise InputError("no VAE is given: connect one to the vae input, or choose a vae_file.")
        residency = ManagedResidency()
        files = FaceFiles(
            HALLO.path(hallo),
            VAE.path(vae_file) if vae is None else WiredVAE(vae),
            _path(WAV2VEC2, wav2vec2),
            _path(ARCFACE, arcface),
            _path(HALLO, audio_projection),
        )
        loaded = load_face(files, "cpu", compute_type(), residency, lambda: room(residency.model))
        if model is None:
            whole = FaceOnlyModel(loaded.face, loaded.blocks)
        else:
            whole = joined(model, loaded.face, loaded.blocks)
        residency.model = LoadedModel.of(whole)
        return io.NodeOutput(residency.model, loaded.report, ui=ui.PreviewText(loaded.report))


def joined(voice: LoadedModel, face: Any, blocks: dict[str, Any]) -> Any:
    """A voice model that can take a face answers with the two of them as one."""
    join = getattr(voice.model, "with_face", None)
    if join is None:
        raise InputError(
            f"model is of the {voice.model.family!r} family, which has a face of its own: connect a voice model of the "
            "full family, such as that of Load XTTS-v2."
        )
    return join(face, blocks)


def _path(kind: Kind, name: str):
    return None if name == NONE else kind.path(name)


def _combo(name: str, tooltip: str) -> io.Combo.Input:
    kind, others = FILES[name]
    return io.Combo.Input(name, options=[*kind.names(), *others], tooltip=tooltip)
