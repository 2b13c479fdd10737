"""Every model family: its halves, the files it needs, where they come from, its languages, and its loader.

A further family is one folder of halves, one loader and one row of ``FAMILIES``. Nothing heavy is imported here: a
loader is imported when it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from ..core.settings.speech import PRECISIONS, REFERENCES
from ..core.text.xtts.languages import LANGUAGES
from . import file_errors

if TYPE_CHECKING:
    from ..core.model import Model


@dataclass(frozen=True)
class FileRow:
    """A checkpoint that a user brings.

    ``option`` names it on the command line; ``folder`` is below models/narrating_face of a host program, and
    ``shared`` a folder of the host's own that is searched as well; ``companions`` lie beside it and are no checkpoints.
    """

    option: str
    description: str
    source: str
    folder: str
    required: bool = True
    suffixes: tuple[str, ...] = (".pth", ".pt", ".bin", ".ckpt", ".safetensors")
    companions: tuple[str, ...] = ()
    shared: str | None = None

    def missing(self) -> InputError:
        """The error for a file that is not given."""
        return InputError(f"--{self.option} is not given: {self.description} is needed, get it from {self.source}.")


@dataclass(frozen=True)
class LoadOptions:
    """How a family is loaded; a loader reads what concerns it.

    ``device`` None is the CPU; ``vae`` replaces the file of that name; ``residency`` and ``free_memory`` connect a host
    program's memory management.
    """

    device: Any = "cpu"
    dtype: Any = None
    precision: str = PRECISIONS[0]
    reference: str = REFERENCES[0]
    faithful_text: bool = False
    vae: Any = None
    residency: Any = None
    free_memory: Callable[[], int | None] = field(default=lambda: None)


Files = Mapping[str, Path | None]
Loader = Callable[[Files, LoadOptions], "Loaded"]


@dataclass(frozen=True)
class Loaded:
    """A model, and a report of what its files hold."""

    model: Model
    report: str = ""


@dataclass(frozen=True)
class Family:
    """``voice`` and ``face`` tell which halves it has; ``files`` come from the user."""

    name: str
    title: str
    voice: bool
    face: bool
    load: Loader
    files: tuple[FileRow, ...] = ()
    languages: tuple[str, ...] = ()

    def required(self) -> list[FileRow]:
        """The files that it cannot do without."""
        return [row for row in self.files if row.required]


XTTS = FileRow(
    "xtts",
    "XTTS-v2's model.pth with vocab.json beside it",
    file_errors.XTTS_SOURCE,
    "xtts",
    suffixes=(".pth", ".safetensors"),
    companions=("dvae.pth", "mel_stats.pth", "speakers_xtts.pth"),
)
HALLO = FileRow(
    "hallo",
    "Hallo's net.pth, or the authors' combined checkpoint",
    file_errors.HALLO_CHECKPOINT.source,
    "hallo",
)
VAE = FileRow(
    "vae",
    "Stable Diffusion 1.5's VAE",
    file_errors.VAE_CHECKPOINT.source,
    "vae",
    shared="vae",
)
WAV2VEC2 = FileRow(
    "wav2vec2",
    "wav2vec2-base-960h, without which the lips do not follow the speech",
    file_errors.WAV2VEC2_CHECKPOINT.source,
    "wav2vec2",
    required=False,
)
ARCFACE = FileRow(
    "arcface",
    "identity network, for a better likeness",
    file_errors.ARCFACE_CHECKPOINT.source,
    "arcface",
    required=False,
)
AUDIO_PROJECTION = FileRow(
    "audio_projection",
    "Hallo's net.pth, where the combined checkpoint lacks audioproj",
    HALLO.source,
    HALLO.folder,
    required=False,
)


def _load_starter(files: Files, options: LoadOptions) -> Loaded:
    from .starter import load

    return Loaded(load(options.device))


def _load_xtts(files: Files, options: LoadOptions) -> Loaded:
    from ..core.model import Model
    from .xtts import load_voice

    path = given(files, XTTS)
    return Loaded(Model(voice=load_voice(path, options.precision, options.reference, options.faithful_text)))


def _load_hallo(files: Files, options: LoadOptions) -> Loaded:
    from ..core.model import Model
    from .hallo import FaceFiles, load_face

    face_files = FaceFiles(
        given(files, HALLO),
        given(files, VAE) if options.vae is None else options.vae,
        files.get(WAV2VEC2.option),
        files.get(ARCFACE.option),
        files.get(AUDIO_PROJECTION.option),
    )
    loaded = load_face(face_files, options.device, options.dtype, options.residency, options.free_memory)
    return Loaded(Model(face=loaded.face), loaded.report)


def given(files: Files, row: FileRow) -> Path:
    """The path of a required file. Raises InputError where it is missing."""
    path = files.get(row.option)
    if path is None:
        raise row.missing()
    return path


STARTER = Family("starter", "bundled with the pack", True, True, _load_starter, languages=("en",))
XTTS_V2 = Family("xtts", "XTTS-v2", True, False, _load_xtts, (XTTS,), tuple(LANGUAGES))
HALLO_FACE = Family("hallo", "Hallo", False, True, _load_hallo, (HALLO, VAE, WAV2VEC2, ARCFACE, AUDIO_PROJECTION))
FAMILIES = {family.name: family for family in (STARTER, XTTS_V2, HALLO_FACE)}
VOICES = tuple(name for name, family in FAMILIES.items() if family.voice)
FACES = tuple(name for name, family in FAMILIES.items() if family.face)


def load_model(
    voice: str | None = STARTER.name,
    face: str | None = STARTER.name,
    files: Files | None = None,
    options: LoadOptions = LoadOptions(),
) -> Model:
    """Any voice with any face, or one of them. Raises InputError for files that are missing or unusable."""
    from ..core.model import Model

    names = dict.fromkeys(name for name in (voice, face) if name is not None)  # one load where both are of one family
    for name in names:
        if name not in FAMILIES:
            raise InputError(f"model is {name!r}: choose one of {', '.join(FAMILIES)}.")
    loaded = {name: FAMILIES[name].load(files or {}, options).model for name in names}
    return Model(
        voice=loaded[voice].voice if voice is not None else None,
        face=loaded[face].face if face is not None else None,
    )
