"""The stages of a model family behind one interface: what the nodes, the pipeline and the CLI call.

A loader builds a ``NarratingModel``; nothing else knows which family is in use. Every ``net`` of ``nets()`` is a
plain nn.Module, so that ComfyUI can manage its memory one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor, nn

from .bundles import (
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
from .face.hallo.settings import HalloSettings
from .voice.xtts.sampling import SpeechSampling


@dataclass(frozen=True)
class FaceControls:
    """How the face behaves beyond speech. Strengths multiply; 0 switches off, 1 is natural.

    ``blink_rate`` is blinks a minute; gaze targets are -1..1 (x right, y down) around the portrait's own gaze.
    ``diffusion`` is how families that render by diffusion do it; None is their default.
    """

    expression: float = 1.0
    head_motion: float = 1.0
    blink_rate: float = 17.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    seed: int = 0
    diffusion: HalloSettings | None = None


class NarratingModel(Protocol):
    """One model family. Images are [1, 3, H, W] 0..1; waveforms [B, C, S] at any sample rate."""

    family: str

    def nets(self) -> dict[str, nn.Module]:
        """Every network by name."""
        ...

    def block(self, kind: str) -> nn.Module:
        """The trained entanglement block ``kind``: 'ete', 'ste' or 'none'."""
        ...

    def encode_voice(self, waveform: Tensor, sample_rate: int) -> VoiceProfile: ...

    def encode_prompt(self, text: str, language: str = "en") -> Prompt:
        """Text in a language that the family speaks; InputError names those it does."""
        ...

    def no_portrait(self) -> Portrait:
        """A portrait of nobody, for speech without a face: its visual tokens are zero."""
        ...

    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait: ...

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
        """One window for each sentence, in order, lazily."""
        ...

    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[Entangled]:
        """Windows of recorded speech: no text and no voice profile needed."""
        ...

    def decode_speech(
        self,
        windows: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        on_step: Callable[[int, int], None] | None = None,
    ) -> SpeechLatents:
        """``sampling`` is for families that draw their speech; ``on_step(done, total)`` may raise to cancel."""
        ...

    def generate_speech(self, latents: SpeechLatents) -> Speech: ...

    def decode_motion(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> FaceMotion:
        """Facial-motion latents for every frame of the speech: ceil(seconds * fps) of them."""
        ...

    def render(self, portrait: Portrait, motion: FaceMotion) -> Iterator[Tensor]:
        """Windows of frames: uint8 [F, H, W, 3] at the portrait's resolution, even-sized."""
        ...

    def narration(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration:
        """The reference-net video decoder: motion, frames and speech in one result."""
        ...

    def stream(
        self, windows: Iterable[Entangled], portrait: Portrait, controls: FaceControls, fps: float
    ) -> Iterator[NarrationPiece]:
        """Sound and frames while the windows come in; joined they equal what the other stages make."""
        ...
