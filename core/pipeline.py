"""The whole pipeline, one function for each thing that people want: narrate, stream, animate, speak, stream_speech.

Every stage is a method of a half of the model (``core.model``). Where both halves share a layout they meet in the
entanglement block; otherwise the face follows the finished speech, as in ``animate``. Bad input raises InputError.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from torch import Tensor

from .bundles import (
    Entangled,
    MediaChunk,
    Narration,
    Portrait,
    Prompt,
    Speech,
    SpeechChunk,
    SpeechLatents,
    VoiceProfile,
)
from .media.chunks import media_chunks
from .model import Model, StreamingFaceHalf
from .progress import (
    Progress,
    ProgressCallback,
    Stage,
    counted,
    ignore,
)
from .segment_tap import SegmentTap
from .settings import FaceControls, SpeechSampling
from .settings.limits import FPS, SEED, SPEED

Voice = VoiceProfile | tuple[Tensor, int]  # a profile, or a recording [B, C, S] with its sample rate
NATURAL = FaceControls()


def narrate(
    model: Model,
    image: Tensor | Portrait,
    voice: Voice,
    text: str,
    *,
    encoder: str = "ete",
    fps: float = FPS.default,
    speed: float = SPEED.default,
    controls: FaceControls = NATURAL,
    language: str = "en",
    sampling: SpeechSampling | None = None,
    progress: ProgressCallback = ignore,
) -> Narration:
    """Portrait [1, 3, H, W] + voice sample + text -> a video of that face saying that text in that voice."""
    request = _Request(model, text, language, encoder, fps, speed, controls.seed, progress)
    portrait = _portrait(model, image, progress)
    segments = list(request.segments(voice, portrait))
    latents, speech = _speech(model, segments, sampling, progress)
    if not model.shares_latents:
        segments = list(model.face.entangle_speech(speech, portrait, model.face_block(encoder), fps=fps))
    narration = model.face.narration(segments, portrait, speech, controls, fps)
    notes = narration.notes + latents.notes
    return replace(narration, phonemes=latents.phonemes, words=latents.words, notes=notes)


def stream(
    model: Model,
    image: Tensor | Portrait,
    voice: Voice,
    text: str,
    *,
    encoder: str = "ete",
    fps: float = FPS.default,
    speed: float = SPEED.default,
    controls: FaceControls = NATURAL,
    language: str = "en",
    sampling: SpeechSampling | None = None,
    progress: ProgressCallback = ignore,
) -> Iterator[MediaChunk]:
    """``narrate`` while it is being made: frames with their sound and notes; joined, they equal its result.

    A face that can render ahead of the finished speech shows its first frame within a second or two of any text; the
    others begin once the speech is known. Bad input raises InputError at the first chunk.
    """
    face = model.face
    if not (model.shares_latents and isinstance(face, StreamingFaceHalf)):
        narration = narrate(
            model,
            image,
            voice,
            text,
            encoder=encoder,
            fps=fps,
            speed=speed,
            controls=controls,
            language=language,
            sampling=sampling,
            progress=progress,
        )
        yield from media_chunks(narration, progress)
        return
    request = _Request(model, text, language, encoder, fps, speed, controls.seed, progress)
    portrait = _portrait(model, image, progress)
    profile, prompt = _profile(model, voice, progress), request.prompt()
    tap = SegmentTap(request.entangled(profile, prompt, portrait), len(prompt.sentences))
    yield from face.stream(tap, model.voice.stream_speech(tap, sampling), portrait, controls, fps, progress)


def animate(
    model: Model,
    image: Tensor | Portrait,
    speech: Speech,
    *,
    encoder: str = "ete",
    fps: float = FPS.default,
    controls: FaceControls = NATURAL,
    progress: ProgressCallback = ignore,
) -> Narration:
    """Portrait + recorded speech -> a video of that face saying it; no text is needed."""
    FPS.check(fps)
    portrait = _portrait(model, image, progress)
    segments = []
    for segment in model.face.entangle_speech(speech, portrait, model.face_block(encoder), fps=fps):
        segments.append(segment)
        progress(Progress(Stage.ENTANGLE, len(segments), len(segments) + 1))
    progress(Progress(Stage.ENTANGLE, len(segments), len(segments)))
    return model.face.narration(segments, portrait, speech, controls, fps)


def speak(
    model: Model,
    voice: Voice,
    text: str,
    *,
    encoder: str = "ete",
    speed: float = SPEED.default,
    seed: int = 0,
    language: str = "en",
    sampling: SpeechSampling | None = None,
    progress: ProgressCallback = ignore,
) -> tuple[SpeechLatents, Speech]:
    """Voice sample + text -> speech in that voice, without a face."""
    request = _Request(model, text, language, encoder, FPS.default, speed, seed, progress)
    return _speech(model, list(request.segments(voice, None)), sampling, progress)


def stream_speech(
    model: Model,
    voice: Voice,
    text: str,
    *,
    encoder: str = "ete",
    speed: float = SPEED.default,
    seed: int = 0,
    language: str = "en",
    sampling: SpeechSampling | None = None,
    progress: ProgressCallback = ignore,
) -> Iterator[SpeechChunk]:
    """``speak`` while it is being made: joined, the chunks equal its sound bit for bit."""
    request = _Request(model, text, language, encoder, FPS.default, speed, seed, progress)
    yield from model.voice.stream_speech(request.segments(voice, None), sampling, progress)


@dataclass(frozen=True)
class _Request:
    """A text to be spoken, and how. Raises InputError for numbers outside their limits."""

    model: Model
    text: str
    language: str
    encoder: str
    fps: float
    speed: float
    seed: int
    progress: ProgressCallback

    def __post_init__(self) -> None:
        FPS.check(self.fps)
        SPEED.check(self.speed)
        SEED.check(self.seed)

    def prompt(self) -> Prompt:
        return self.model.voice.encode_prompt(self.text, self.language)

    def segments(self, voice: Voice, portrait: Portrait | None) -> Iterator[Entangled]:
        """One segment for each sentence, reported as it comes; the profile is made first."""
        profile, prompt = _profile(self.model, voice, self.progress), self.prompt()
        entangled = self.entangled(profile, prompt, portrait)
        return counted(entangled, Stage.ENTANGLE, len(prompt.sentences), self.progress)

    def entangled(self, profile: VoiceProfile, prompt: Prompt, portrait: Portrait | None) -> Iterator[Entangled]:
        """The portrait's tokens take part where the face half shares the voice half's layout."""
        model, block = self.model, self.model.voice_block(self.encoder)
        tokens = portrait.visual_tokens if portrait is not None and model.shares_latents else None
        return model.voice.entangle(profile, prompt, tokens, block, fps=self.fps, speed=self.speed, seed=self.seed)


def _portrait(model: Model, image: Tensor | Portrait, progress: ProgressCallback) -> Portrait:
    face = model.face
    if isinstance(image, Portrait):
        return image
    progress(Progress(Stage.PORTRAIT, 0, 1))
    portrait = face.encode_portrait(image)
    progress(Progress(Stage.PORTRAIT, 1, 1))
    return portrait


def _profile(model: Model, voice: Voice, progress: ProgressCallback) -> VoiceProfile:
    half = model.voice
    progress(Progress(Stage.VOICE_PROFILE, 0, 1))
    profile = voice if isinstance(voice, VoiceProfile) else half.encode_voice(*voice)
    progress(Progress(Stage.VOICE_PROFILE, 1, 1))
    return profile


def _speech(
    model: Model, segments: list[Entangled], sampling: SpeechSampling | None, progress: ProgressCallback
) -> tuple[SpeechLatents, Speech]:
    latents = model.voice.decode_speech(segments, sampling, progress)
    progress(Progress(Stage.GENERATE_SPEECH, 0, 1))
    speech = model.voice.generate_speech(latents)
    progress(Progress(Stage.GENERATE_SPEECH, 1, 1))
    return latents, speech
