"""The starter family: small networks trained by this repository, every stage of ``core.model.NarratingModel``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .bundles import (
    Entangled,
    FaceMotion,
    Narration,
    Portrait,
    PortraitFacts,
    Prompt,
    Sentence,
    Speech,
    SpeechLatents,
    VoiceProfile,
)
from .entanglement.prompt_guided import Timed as TimedTokens
from .face.landmarks.face_landmarker import FaceLandmarker
from .face.motion_decoder import within_range
from .face.portrait import analyse_portrait
from .face.reference_net import render_windows
from .model import FaceControls
from .starter_motion import face_motion
from .starter_nets import StarterNets
from .starter_windows import even_ends, frame_times, frames_between, stretches, symbol_spans
from .text.front_end import EnglishFrontEnd
from .text.symbols import encode
from .timing import MEL_RATE, SAMPLE_RATE, TOKEN_RATE, TOKEN_SAMPLES, frame_count
from .voice.hifi_generator import HiFiGenerator
from .voice.loudness import limit, normalise
from .voice.mel import log_mel
from .voice.planner import REFERENCE_HZ, Pitch, symbol_times, token_times, whole_durations
from .voice.sample import prepare_sample, to_mono


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
        speech, facts = prepare_sample(waveform, sample_rate)
        conditioning, speaker = self._nets.voice_encoder(log_mel(self._ready(speech)[None]))
        return VoiceProfile(conditioning, speaker, facts)

    @torch.inference_mode()
    def encode_prompt(self, text: str) -> Prompt:
        sentences = []
        for spoken in self._front_end.sentences(text):
            token_ids = torch.tensor([encode(spoken.phonemes)], device=self._device)
            text_tokens = self._nets.prompt_encoder(token_ids)
            sentences.append(Sentence(spoken.text, spoken.phonemes, spoken.words, token_ids, text_tokens))
        return Prompt(text, tuple(sentences))

    @torch.inference_mode()
    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        return analyse_portrait(image, self._landmarker, landmarks=landmarks, encode_visual=self._encode_visual)

    def no_portrait(self) -> Portrait:
        image, facts = torch.zeros(1, 3, 0, 0), PortraitFacts(1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
        landmarks, blendshapes = torch.zeros(478, 3), torch.zeros(52)
        visual = self._nets.visual_encoder(
            self._ready(torch.full((1, 3, 64, 64), 0.5)),
            self._ready(landmarks[None, :, :2]),
            self._ready(blendshapes[None]),
        )
        mask = torch.zeros(1, 1, 0, 0)
        return Portrait(image, landmarks, blendshapes, torch.zeros(2, 3), 0, mask, mask, visual, facts)

    @torch.inference_mode()
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
        clock = 0  # tokens
        reading = torch.Generator().manual_seed(seed)
        for index, sentence in enumerate(prompt.sentences):
            last = index == len(prompt.sentences) - 1
            durations, speech = self._plan(voice, sentence, speed, reading, index == 0, last)
            start, end = clock / TOKEN_RATE, (clock + speech.shape[1]) / TOKEN_RATE
            first_frame, end_frame = frames_between(start, end, fps, last)
            paths = self._nets.prompt_guided(
                block,
                self._voice_tokens(voice.conditioning, voice.speaker),
                TimedTokens(speech, token_times(speech.shape[1], TOKEN_RATE, speech.device)),
                TimedTokens(sentence.text_tokens, symbol_times(durations, TOKEN_RATE)),
                portrait.visual_tokens,
                self._ready(frame_times(first_frame, end_frame, fps, start)),
                attention=attention,
            )
            phonemes, words = symbol_spans(sentence, durations, start)
            yield Entangled(
                audio=paths.audio,
                video=paths.video,
                speech_tokens=speech.shape[1],
                motion_tokens=end_frame - first_frame,
                fps=fps,
                start=start,
                phonemes=phonemes,
                words=words,
                audio_attention=paths.audio_attention,
                video_attention=paths.video_attention,
            )
            clock += speech.shape[1]

    @torch.inference_mode()
    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[Entangled]:
        mono = to_mono(speech.waveform, speech.sample_rate)
        mono = self._ready(normalise(F.pad(mono, (0, -len(mono) % TOKEN_SAMPLES))))
        voice = self._voice_tokens(*self._nets.voice_encoder(log_mel(mono[None, : 10 * SAMPLE_RATE])))
        total = frame_count(speech.waveform.shape[-1], speech.sample_rate, fps)
        for piece in stretches(len(mono)):
            sound = mono[piece.seen_first * TOKEN_SAMPLES : piece.seen_end * TOKEN_SAMPLES]
            tokens = self._nets.speech_encoder(log_mel(sound[None]))
            seen_start = piece.seen_first / TOKEN_RATE
            first, end = frames_between(piece.first / TOKEN_RATE, piece.end / TOKEN_RATE, fps, piece.last)
            end = total if piece.last else end
            paths = self._nets.prompt_guided(
                block,
                voice,
                TimedTokens(tokens, token_times(tokens.shape[1], TOKEN_RATE, tokens.device)),
                None,
                portrait.visual_tokens,
                self._ready(frame_times(first, end, fps, seen_start)),
                attention=attention,
            )
            yield Entangled(
                audio=paths.audio,
                video=paths.video,
                speech_tokens=tokens.shape[1],
                motion_tokens=end - first,
                fps=fps,
                start=piece.first / TOKEN_RATE,
                audio_attention=paths.audio_attention,
                video_attention=paths.video_attention,
            )

    @torch.inference_mode()
    def decode_speech(self, windows: Iterable[Entangled]) -> SpeechLatents:
        parts = list(windows)
        values = [self._nets.speech_decoder.decode(part.audio, part.speech_tokens) for part in parts]
        phonemes = tuple(phoneme for part in parts for phoneme in part.phonemes)
        words = tuple(word for part in parts for word in part.words)
        return SpeechLatents(torch.cat(values, 1), MEL_RATE, phonemes, words)

    @torch.inference_mode()
    def generate_speech(self, latents: SpeechLatents) -> Speech:
        pieces = list(self._generator.stream(latents.values))
        return Speech(limit(torch.cat(pieces, -1)).cpu(), SAMPLE_RATE)

    @torch.inference_mode()
    def decode_motion(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> FaceMotion:
        parts = list(windows)
        articulation = [within_range(self._nets.motion_decoder(part.video, part.motion_tokens)).cpu() for part in parts]
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

    def _plan(
        self,
        voice: VoiceProfile,
        sentence: Sentence,
        speed: float,
        reading: torch.Generator,
        first: bool,
        last: bool,
    ) -> tuple[Tensor, Tensor]:
        """Durations [1, L] and time-aligned speech tokens [1, T, 512]; the seed varies tempo and melody a little."""
        planner, text = self._nets.speech_planner, sentence.text_tokens
        tempo, melody = (1 + 0.06 * (torch.rand(2, generator=reading) - 0.5)).tolist()
        durations = whole_durations(planner.log_durations(text, voice.speaker), speed * tempo)
        durations = even_ends(durations, sentence.token_ids, first, last)
        lengthened = planner.lengthen(text, durations)
        contour, voicing = planner.pitch(lengthened, voice.speaker)
        pitch = Pitch(contour * melody**3, (voicing > 0).float())
        median = torch.tensor([voice.facts.median_f0_hz or REFERENCE_HZ], device=text.device)
        return durations, planner.with_pitch(lengthened, pitch, median)

    def _voice_tokens(self, conditioning: Tensor, speaker: Tensor) -> Tensor:
        return torch.cat([conditioning, self._nets.speaker_token(speaker)[:, None]], 1)  # [1, 17, 512]

    def _encode_visual(self, crop: Tensor, landmarks: Tensor, blendshapes: Tensor) -> Tensor:
        return self._nets.visual_encoder(self._ready(crop), self._ready(landmarks), self._ready(blendshapes))

    def _ready(self, tensor: Tensor) -> Tensor:
        return tensor.to(self._device)

    @property
    def _device(self) -> torch.device:
        return next(self._nets.parameters()).device
