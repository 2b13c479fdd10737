"""The starter family: small networks trained by this repository, every stage of ``core.model.NarratingModel``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

import torch
from torch import Tensor, nn

from ...audio.bandwidth import whole_band
from ...audio.limiter import limit_peaks
from ...audio.mel import log_mel
from ...audio.noise import pauses
from ...audio.sample import prepare_sample
from ...bundles import (
    Entangled,
    FaceMotion,
    Narration,
    NarrationPiece,
    Portrait,
    PortraitStatistics,
    Prompt,
    Sentence,
    Speech,
    SpeechLatents,
    VoiceProfile,
)
from ...errors import InputError
from ...face.landmarks.face_landmarker import FaceLandmarker
from ...face.motion_decoder import within_range
from ...face.portrait import analyze_portrait
from ...face.warp import render_windows
from ...model import FaceControls
from ...text.english.front_end import EnglishFrontEnd
from ...text.english.symbols import encode
from ...timing import MEL_RATE, SAMPLE_RATE
from ...voice.hifi_generator import HiFiGenerator
from ...voice.timbre import apply_timbre, sample_timbre
from ...voice.xtts.sampling import SpeechSampling
from .calibration import TEXT, own_mel
from .motion import face_motion
from .narration_segments import SpeakingStyle, narration_windows
from .nets import StarterNets
from .recording_segments import recording_windows
from .streaming import WindowStream, stream_pieces


class StarterModel:
    """See the module docstring; every method is a stage and returns its bundle."""

    family = "starter"

    def __init__(
        self, nets: StarterNets, generator: HiFiGenerator, landmarker: FaceLandmarker, front_end: EnglishFrontEnd
    ) -> None:
        self._nets, self._generator = nets.eval(), generator.eval()
        self._landmarker, self._front_end = landmarker, front_end

    def nets(self) -> dict[str, nn.Module]:
        stages = {name: net for name, net in self._nets.named_children() if name != "blocks"}
        blocks = {f"block_{kind}": block for kind, block in self._nets.blocks.items()}
        return stages | blocks | {"hifi_generator": self._generator, "face_landmarker": self._landmarker}

    def block(self, kind: str) -> nn.Module:
        return self._nets.blocks[kind]

    @torch.inference_mode()
    def encode_voice(self, waveform: Tensor, sample_rate: int) -> VoiceProfile:
        speech, statistics = prepare_sample(waveform, sample_rate)
        speech = self._ready(speech)
        mel = whole_band(log_mel(speech[None]))
        conditioning, speaker = self._nets.voice_encoder(mel)
        profile = VoiceProfile(conditioning, speaker, statistics)
        own = own_mel(self._nets, profile, self._calibration, self.no_portrait())
        return replace(profile, timbre=sample_timbre(mel, pauses(speech), own))

    @cached_property
    def _calibration(self) -> Prompt:
        return self.encode_prompt(TEXT)

    @torch.inference_mode()
    def encode_prompt(self, text: str, language: str = "en") -> Prompt:
        if language != "en":
            raise InputError(f"language is {language!r}: the starter family speaks en alone, XTTS-v2 speaks 17.")
        sentences = []
        for spoken in self._front_end.sentences(text):
            token_ids = torch.tensor([encode(spoken.phonemes)], device=self._device)
            text_tokens = self._nets.prompt_encoder(token_ids)
            sentences.append(Sentence(spoken.text, spoken.phonemes, spoken.words, token_ids, text_tokens))
        return Prompt(text, tuple(sentences))

    @torch.inference_mode()
    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        return analyze_portrait(image, self._landmarker, landmarks=landmarks, encode_visual=self._encode_visual)

    @torch.inference_mode()
    def no_portrait(self) -> Portrait:
        image, statistics = torch.zeros(1, 3, 0, 0), PortraitStatistics(1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
        landmarks, blendshapes = torch.zeros(478, 3), torch.zeros(52)
        visual = self._encode_visual(torch.full((1, 3, 64, 64), 0.5), landmarks[None, :, :2], blendshapes[None])
        mask = torch.zeros(1, 1, 0, 0)
        return Portrait(image, landmarks, blendshapes, torch.zeros(2, 3), 0, mask, mask, visual, statistics)

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
        style = SpeakingStyle(speed, seed)
        return narration_windows(self._nets, voice, prompt, portrait, block, style, fps, attention)

    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[Entangled]:
        return recording_windows(self._nets, speech, portrait, block, fps, attention)

    @torch.inference_mode()
    def decode_speech(
        self,
        windows: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        on_step: Callable[[int, int], None] | None = None,
    ) -> SpeechLatents:
        """``sampling`` has no say: this family plans its speech instead of drawing it."""
        parts = list(windows)
        values = []
        for count, part in enumerate(parts, 1):
            values.append(self._speech(part))
            if on_step is not None:
                on_step(count, len(parts))
        phonemes = tuple(phoneme for part in parts for phoneme in part.phonemes)
        words = tuple(word for part in parts for word in part.words)
        return SpeechLatents(torch.cat(values, 1), MEL_RATE, phonemes, words)

    @torch.inference_mode()
    def generate_speech(self, latents: SpeechLatents) -> Speech:
        pieces = limit_peaks(self._generator.stream([latents.values]))
        return Speech(torch.cat(list(pieces), -1).cpu(), SAMPLE_RATE)

    @torch.inference_mode()
    def decode_motion(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> FaceMotion:
        articulation = [self._articulation(part) for part in windows]
        return face_motion(torch.cat(articulation, 1), speech, controls, fps)

    def render(self, portrait: Portrait, motion: FaceMotion) -> Iterator[Tensor]:
        return render_windows(portrait, motion)

    def narration(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration:
        parts = [replace(part, audio_attention=None, video_attention=None) for part in windows]
        motion = self.decode_motion(parts, portrait, speech, controls, fps)
        return Narration(
            windows=lambda: self.render(portrait, motion),
            frames=motion.frames,
            fps=fps,
            speech=speech,
            motion=motion,
            phonemes=tuple(phoneme for part in parts for phoneme in part.phonemes),
            words=tuple(word for part in parts for word in part.words),
        )

    def stream(
        self, windows: Iterable[Entangled], portrait: Portrait, controls: FaceControls, fps: float
    ) -> Iterator[NarrationPiece]:
        known = WindowStream(windows, self._speech, self._articulation)
        sounds = limit_peaks(self._generator.stream(known.latents()))
        return stream_pieces(sounds, known.mouth, portrait, controls, fps)

    def _speech(self, window: Entangled) -> Tensor:
        return apply_timbre(self._nets.speech_decoder.decode(window.audio, window.speech_tokens), window.timbre)

    def _articulation(self, window: Entangled) -> Tensor:
        return within_range(self._nets.motion_decoder(window.video, window.motion_tokens)).cpu()

    def _encode_visual(self, crop: Tensor, landmarks: Tensor, blendshapes: Tensor) -> Tensor:
        return self._nets.visual_encoder(self._ready(crop), self._ready(landmarks), self._ready(blendshapes))

    def _ready(self, tensor: Tensor) -> Tensor:
        return tensor.to(self._device)

    @property
    def _device(self) -> torch.device:
        return next(self._nets.parameters()).device
