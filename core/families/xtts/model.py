"""The full family behind ``core.model.NarratingModel``: XTTS-v2's voice, and a face when a video half is given.

Without a video half everything that needs a face says so in one sentence; speech works all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import torch
from torch import Tensor, nn

from ...bundles import (
    Entangled,
    FaceMotion,
    Narration,
    NarrationPiece,
    Portrait,
    PortraitStatistics,
    Prompt,
    Speech,
    SpeechLatents,
    VoiceProfile,
)
from ...entanglement.encoders import ENCODERS
from ...entanglement.prompt_guided_authors import no_visual_tokens
from ...errors import InputError
from ...media.chunks import pieces_of
from ...model import FaceControls
from ...voice.xtts.model import XTTSVoice
from ...voice.xtts.sampling import SpeechSampling
from ..hallo.recording import refuse_motion, speech_window
from . import speaking


class FaceHalf(Protocol):
    """What a face brings to the full family; methods as in ``core.model.NarratingModel``."""

    def nets(self) -> dict[str, nn.Module]: ...

    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait: ...

    def narration(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration: ...


class FullModel:
    """See the module docstring; every method is a stage and returns its bundle."""

    family = "full"

    def __init__(
        self, voice: XTTSVoice, face: FaceHalf | None = None, blocks: dict[str, nn.Module] | None = None
    ) -> None:
        """``blocks`` replace fresh entanglement blocks, which are the identity."""
        self._voice, self._face = voice, face
        fresh: dict[str, nn.Module] = {kind: encoder() for kind, encoder in ENCODERS.items()}
        self._blocks = nn.ModuleDict(fresh | (blocks or {})).eval()

    def with_face(self, face: FaceHalf, blocks: dict[str, nn.Module] | None = None) -> FullModel:
        """The same voice with a face."""
        return FullModel(self._voice, face, blocks)

    def nets(self) -> dict[str, nn.Module]:
        voice = {f"xtts_{name}": net for name, net in self._voice.nets.named_children()}
        blocks = {f"block_{kind}": block for kind, block in self._blocks.items()}
        return voice | blocks | ({} if self._face is None else self._face.nets())

    def block(self, kind: str) -> nn.Module:
        return self._blocks[kind]

    def encode_voice(self, waveform: Tensor, sample_rate: int) -> VoiceProfile:
        return speaking.encode_voice(self._voice, waveform, sample_rate)

    def encode_prompt(self, text: str, language: str = "en") -> Prompt:
        return speaking.encode_prompt(self._voice, text, language)

    def no_portrait(self) -> Portrait:
        statistics, mask = PortraitStatistics(1, 1, 0, 0, 0, 0, 0, 0, 0, 0), torch.zeros(1, 1, 0, 0)
        picture, landmarks, blendshapes = torch.zeros(1, 3, 0, 0), torch.zeros(478, 3), torch.zeros(52)
        visual = no_visual_tokens().to(self._voice.device)
        return Portrait(picture, landmarks, blendshapes, torch.zeros(2, 3), 0, mask, mask, visual, statistics)

    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        return self._need_face().encode_portrait(image, landmarks)

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
        reading = speaking.Reading(speed, seed, fps)
        return speaking.speech_windows(self._voice, voice, prompt, portrait, block, reading, attention)

    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[Entangled]:
        self._need_face()
        return iter([speech_window(speech, portrait, block, fps, attention)])

    def decode_speech(
        self,
        windows: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        on_step: Callable[[int, int], None] | None = None,
    ) -> SpeechLatents:
        return speaking.decode_windows(self._voice, list(windows), sampling or SpeechSampling(), on_step)

    def generate_speech(self, latents: SpeechLatents) -> Speech:
        return speaking.generate(self._voice, latents)

    def stream_speech(self, windows: Iterable[Entangled], sampling: SpeechSampling | None = None) -> Iterator[Tensor]:
        """Sound [1, 1, S] at 24 kHz in pieces, while it is decoded: the same samples as ``generate_speech``."""
        return speaking.stream(self._voice, windows, sampling or SpeechSampling())

    def decode_motion(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> FaceMotion:
        refuse_motion()

    def render(self, portrait: Portrait, motion: FaceMotion) -> Iterator[Tensor]:
        refuse_motion()

    def narration(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration:
        return self._need_face().narration(windows, portrait, speech, controls, fps)

    def stream(
        self, windows: Iterable[Entangled], portrait: Portrait, controls: FaceControls, fps: float
    ) -> Iterator[NarrationPiece]:
        """The whole speech is made first: clips of frames listen ahead. Frames then come clip by clip."""
        parts = list(windows)
        speech = self.generate_speech(self.decode_speech(parts))
        yield from pieces_of(self.narration(parts, portrait, speech, controls, fps))

    def _need_face(self) -> FaceHalf:
        if self._face is None:
            raise InputError(
                "this model speaks but has no face (no Hallo checkpoint was loaded): load one with it, or use the "
                "starter family for video."
            )
        return self._face
