"""The full family without a voice half: a portrait speaks a recording. Text needs a voice model as well.

``speech_window`` is the entanglement of a recording with a portrait where there is neither text nor voice profile: the
tokens that stand for them are zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn

import torch
from torch import Tensor, nn

from ..bundles import Entangled, FaceMotion, Narration, Portrait, Prompt, Speech, SpeechLatents, VoiceProfile
from ..entanglement.encoders import ENCODERS, Tokens
from ..errors import InputError
from ..model import FaceControls
from ..timing import frame_count
from .face import HalloFace

VOICE_TOKENS, TEXT_TOKENS = 65, 1  # 32 x 1024 conditioning latents as 64 x 512, and the speaker
NO_VOICE = "this model has a face half alone: load XTTS-v2 and connect it, or animate a recording."


@torch.inference_mode()
def speech_window(
    speech: Speech, portrait: Portrait, block: nn.Module, fps: float, attention: bool = False
) -> Entangled:
    """One window for the whole recording; the appearance does not change while it lasts."""
    visual = portrait.visual_tokens
    voice, text = (
        visual.new_zeros(1, VOICE_TOKENS, visual.shape[-1]),
        visual.new_zeros(1, TEXT_TOKENS, visual.shape[-1]),
    )
    audio = Tokens(voice, torch.cat([visual, text], dim=1))
    video = Tokens(visual, torch.cat([text, voice], dim=1))
    paths = block(audio, video, attention)
    frames = frame_count(speech.waveform.shape[-1], speech.sample_rate, fps)
    return Entangled(
        paths.audio,
        paths.video,
        speech_tokens=0,
        motion_tokens=frames,
        fps=fps,
        audio_attention=paths.audio_attention,
        video_attention=paths.video_attention,
    )


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

    def encode_prompt(self, text: str) -> Prompt:
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

    def decode_speech(self, windows: Iterable[Entangled]) -> SpeechLatents:
        _refuse()

    def generate_speech(self, latents: SpeechLatents) -> Speech:
        _refuse()

    def decode_motion(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> FaceMotion:
        raise InputError("the full family renders frames from the speech: it has no facial-motion latents to show.")

    def render(self, portrait: Portrait, motion: FaceMotion) -> Iterator[Tensor]:
        raise InputError("the full family renders frames from the speech: give the recording to the video decoder.")


def _refuse() -> NoReturn:
    raise InputError(NO_VOICE)
