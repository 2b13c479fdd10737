"""The full family without a voice half: a portrait speaks a recording. Text needs a voice model as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

from torch import Tensor, nn

from ...bundles import (
    Entangled,
    FaceMotion,
    Narration,
    NarrationPiece,
    Portrait,
    Prompt,
    Speech,
    SpeechLatents,
    VoiceProfile,
)
from ...entanglement.encoders import ENCODERS
from ...errors import InputError
from ...model import FaceControls
from ...voice.xtts.sampling import SpeechSampling
from .face import HalloFace
from .recording import refuse_motion, speech_window

NO_VOICE = "this model has a face half alone: load XTTS-v2 and connect it, or animate a recording."


class FaceOnlyModel:
    """A NarratingModel whose voice stages refuse in one sentence. ``blocks`` replace fresh entanglement blocks."""

    family = "full"

    def __init__(self, face: HalloFace, blocks: dict[str, nn.Module] | None = None) -> None:
        self._face = face
        fresh = {kind: encoder() for kind, encoder in ENCODERS.items()}
        self._blocks = {kind: block.eval().requires_grad_(False) for kind, block in (fresh | (blocks or {})).items()}

    @property
    def face(self) -> HalloFace:
        return self._face

    def nets(self) -> dict[str, nn.Module]:
        return self._face.nets() | {f"block_{kind}": block for kind, block in self._blocks.items()}

    def block(self, kind: str) -> nn.Module:
        return self._blocks[kind]

    def no_portrait(self) -> Portrait:
        return self._face.no_portrait()

    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        return self._face.encode_portrait(image, landmarks)

    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[Entangled]:
        yield speech_window(speech, portrait, block, fps, attention)

    def narration(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration:
        return self._face.narration(windows, portrait, speech, controls, fps)

    def encode_voice(self, waveform: Tensor, sample_rate: int) -> VoiceProfile:
        _refuse()

    def encode_prompt(self, text: str, language: str = "en") -> Prompt:
        _refuse()

    def entangle(
        self,
        voice: VoiceProfile,
        prompt: Prompt,
        portrait: Portrait,
        block: nn.Module,
        *,
        fps: float = 25.0,
        speed: float = 1.0,
        seed: int = 0,
        attention: bool = False,
    ) -> Iterator[Entangled]:
        _refuse()

    def decode_speech(
        self,
        windows: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        on_step: Callable[[int, int], None] | None = None,
    ) -> SpeechLatents:
        _refuse()

    def generate_speech(self, latents: SpeechLatents) -> Speech:
        _refuse()

    def decode_motion(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> FaceMotion:
        refuse_motion()

    def render(self, portrait: Portrait, motion: FaceMotion) -> Iterator[Tensor]:
        refuse_motion()

    def stream(
        self, windows: Iterable[Entangled], portrait: Portrait, controls: FaceControls, fps: float
    ) -> Iterator[NarrationPiece]:
        _refuse()


def _refuse() -> NoReturn:
    raise InputError(NO_VOICE)
