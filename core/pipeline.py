"""The whole pipeline, one function for each thing that people want: narrate, stream, animate, speak.

Every stage is a method of the model (``core.model.NarratingModel``); nothing here knows the family.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from torch import Tensor

from .bundles import (
    Entangled,
    Narration,
    NarrationPiece,
    Portrait,
    Speech,
    SpeechLatents,
    VoiceProfile,
)
from .errors import InputError
from .model import FaceControls, NarratingModel
from .voice.xtts.sampling import SpeechSampling

Voice = VoiceProfile | tuple[Tensor, int]
NATURAL = FaceControls()
SLOWEST, FASTEST = 0.5, 2.0


class Progress(Protocol):
    """Called as progress(stage, done, total); raise inside it to cancel."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def narrate(
    model: NarratingModel,
    image: Tensor | Portrait,
    voice: Voice,
    text: str,
    *,
    encoder: str = "ete",
    fps: float = 25.0,
    speed: float = 1.0,
    controls: FaceControls = NATURAL,
    language: str = "en",
    sampling: SpeechSampling | None = None,
    progress: Progress | None = None,
) -> Narration:
    """Portrait [1, 3, H, W] + voice sample + text -> a video of that face saying that text in that voice."""
    report = progress or _silent
    check_speed(speed)
    portrait = _portrait(model, image, report)
    windows = _speak(model, portrait, voice, text, language, encoder, fps, speed, controls.seed, report)
    latents, speech = _sound(model, windows, sampling, report)
    narration = model.narration(windows, portrait, speech, controls, fps)
    return replace(narration, notes=narration.notes + latents.notes)


def stream(
    model: NarratingModel,
    image: Tensor | Portrait,
    voice: Voice,
    text: str,
    *,
    encoder: str = "ete",
    fps: float = 25.0,
    speed: float = 1.0,
    language: str = "en",
    controls: FaceControls = NATURAL,
    progress: Progress | None = None,
) -> Iterator[NarrationPiece]:
    """``narrate`` while it is being made: frames with their sound, the first within a second or two of any text.

    The joined pieces equal the result of ``narrate``. Bad input is refused at the first piece.
    """
    report = progress or _silent
    check_speed(speed)
    portrait = _portrait(model, image, report)
    profile, prompt = _profile(model, voice, report), model.encode_prompt(text, language)
    known = _Known(len(prompt.sentences))
    windows = model.entangle(profile, prompt, portrait, model.block(encoder), fps=fps, speed=speed, seed=controls.seed)
    done = 0
    for piece in model.stream(known.counted(windows), portrait, controls, fps):
        done += len(piece.frames)
        report("frames", done, max(done, known.frames()))
        yield piece
    report("frames", done, done)


def animate(
    model: NarratingModel,
    image: Tensor | Portrait,
    speech: Speech,
    *,
    encoder: str = "ete",
    fps: float = 25.0,
    controls: FaceControls = NATURAL,
    progress: Progress | None = None,
) -> Narration:
    """Portrait + recorded speech -> a video of that face saying it; no text is needed."""
    report = progress or _silent
    portrait = _portrait(model, image, report)
    windows = []
    for window in model.entangle_speech(speech, portrait, model.block(encoder), fps=fps):
        windows.append(window)
        report("entangle", len(windows), len(windows) + 1)
    report("entangle", len(windows), len(windows))
    return model.narration(windows, portrait, speech, controls, fps)


def speak(
    model: NarratingModel,
    voice: Voice,
    text: str,
    *,
    encoder: str = "ete",
    speed: float = 1.0,
    seed: int = 0,
    language: str = "en",
    sampling: SpeechSampling | None = None,
    progress: Progress | None = None,
) -> tuple[SpeechLatents, Speech]:
    """Voice sample + text -> speech in that voice; the face is nobody's (``model.no_portrait``)."""
    check_speed(speed)
    report = progress or _silent
    windows = _speak(model, model.no_portrait(), voice, text, language, encoder, 25.0, speed, seed, report)
    return _sound(model, windows, sampling, report)


def check_speed(speed: float) -> None:
    """Raises InputError outside 0.5..2."""
    if not SLOWEST <= speed <= FASTEST:
        raise InputError(f"speed is {speed}: it must lie between {SLOWEST} and {FASTEST}.")


def _speak(
    model: NarratingModel,
    portrait: Portrait,
    voice: Voice,
    text: str,
    language: str,
    encoder: str,
    fps: float,
    speed: float,
    seed: int,
    report: Progress,
) -> list[Entangled]:
    profile, prompt = _profile(model, voice, report), model.encode_prompt(text, language)
    windows: list[Entangled] = []
    for window in model.entangle(profile, prompt, portrait, model.block(encoder), fps=fps, speed=speed, seed=seed):
        windows.append(window)
        report("entangle", len(windows), len(prompt.sentences))
    return windows


class _Known:
    """How far a narration is entangled, and what that tells of its length."""

    def __init__(self, sentences: int) -> None:
        self.sentences, self.read, self.motion_tokens = sentences, 0, 0

    def counted(self, windows: Iterable[Entangled]) -> Iterator[Entangled]:
        for window in windows:
            self.read, self.motion_tokens = self.read + 1, self.motion_tokens + window.motion_tokens
            yield window

    def frames(self) -> int:
        """Frames of the whole narration, guessed from the sentences that are read."""
        return round(self.motion_tokens * self.sentences / max(1, self.read))


def _profile(model: NarratingModel, voice: Voice, report: Progress) -> VoiceProfile:
    report("voice profile", 0, 1)
    profile = voice if isinstance(voice, VoiceProfile) else model.encode_voice(*voice)
    report("voice profile", 1, 1)
    return profile


def _sound(
    model: NarratingModel, windows: list[Entangled], sampling: SpeechSampling | None, report: Progress
) -> tuple[SpeechLatents, Speech]:
    latents = model.decode_speech(windows, sampling, lambda done, total: report("decode speech", done, total))
    report("generate speech", 0, 1)
    speech = model.generate_speech(latents)
    report("generate speech", 1, 1)
    return latents, speech


def _portrait(model: NarratingModel, image: Tensor | Portrait, report: Progress) -> Portrait:
    if isinstance(image, Portrait):
        return image
    report("portrait", 0, 1)
    portrait = model.encode_portrait(image)
    report("portrait", 1, 1)
    return portrait


def _silent(stage: str, done: int, total: int) -> None:
    return None
