"""The starter's voice half: planned English speech in the voice of a sample, 24 kHz, faster than real time on a CPU."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import torch
from torch import Tensor, nn

from ...audio.bandwidth import extend_bandwidth
from ...audio.limiter import limit_peaks
from ...audio.mel import log_mel
from ...audio.noise import pause_magnitudes
from ...audio.sample import prepare_sample
from ...bundles import (
    Entangled,
    Prompt,
    Speech,
    SpeechChunk,
    SpeechLatents,
    VoiceProfile,
)
from ...entanglement.layouts import TIME_ALIGNED
from ...errors import InputError
from ...progress import (
    Progress,
    ProgressCallback,
    Stage,
    ignore,
)
from ...settings import SpeechSampling
from ...text.english.front_end import EnglishFrontEnd
from ...text.english.symbols import encode
from ...timing import MEL_RATE, SAMPLE_RATE
from ...voice.hifi_generator import HiFiGenerator
from ...voice.profiles import StarterVoiceProfile
from ...voice.timbre import apply_timbre, sample_timbre
from .bundles import SpokenSegment, StarterSentence
from .calibration import CALIBRATION_TEXT, synthesized_mel
from .narration_segments import SpeakingStyle, narration_segments
from .nets import StarterNets

LANGUAGE = "en"


class StarterVoice:
    """See the module docstring; the methods are those of ``core.model.VoiceHalf``."""

    layout = TIME_ALIGNED

    def __init__(self, nets: StarterNets, generator: HiFiGenerator, front_end: EnglishFrontEnd) -> None:
        self.starter_nets, self.generator = nets.eval(), generator.eval()
        self.blocks: dict[str, nn.Module] = dict(nets.blocks.items())
        self._front_end = front_end

    def nets(self) -> dict[str, nn.Module]:
        nets = self.starter_nets
        return {
            "prompt_encoder": nets.prompt_encoder,
            "voice_encoder": nets.voice_encoder,
            "speaker_token": nets.speaker_token,
            "speech_planner": nets.speech_planner,
            "visual_encoder": nets.visual_encoder,
            "prompt_guided": nets.prompt_guided,
            "speech_decoder": nets.speech_decoder,
            "hifi_generator": self.generator,
        }

    @torch.inference_mode()
    def encode_voice(self, waveform: Tensor, sample_rate: int) -> StarterVoiceProfile:
        speech, statistics = prepare_sample(waveform, sample_rate)
        speech = speech.to(self._device)
        mel = extend_bandwidth(log_mel(speech[None]))
        conditioning, speaker = self.starter_nets.voice_encoder(mel)
        profile = VoiceProfile(conditioning, speaker, statistics)
        own = synthesized_mel(self.starter_nets, profile, self._calibration, self.starter_nets.no_visual_tokens())
        timbre = sample_timbre(mel, pause_magnitudes(speech), own)
        return StarterVoiceProfile(conditioning, speaker, statistics, timbre)

    @cached_property
    def _calibration(self) -> Prompt:
        return self.encode_prompt(CALIBRATION_TEXT)

    @torch.inference_mode()
    def encode_prompt(self, text: str, language: str = LANGUAGE) -> Prompt:
        if language != LANGUAGE:
            raise InputError(
                f"language is {language!r}: the starter's voice speaks only {LANGUAGE}, so load XTTS-v2, which speaks "
                "17 languages."
            )
        return Prompt(text, tuple(self._sentences(text)))

    def _sentences(self, text: str) -> Iterator[StarterSentence]:
        for sentence in self._front_end.sentences(text):
            token_ids = torch.tensor([encode(sentence.phonemes)], device=self._device)
            text_tokens = self.starter_nets.prompt_encoder(token_ids)
            yield StarterSentence(sentence.text, token_ids, text_tokens, sentence.phonemes, sentence.words)

    def entangle(
        self,
        voice: VoiceProfile,
        prompt: Prompt,
        visual_tokens: Tensor | None,
        block: nn.Module,
        *,
        fps: float = 25.0,
        speed: float = 1.0,
        seed: int = 0,
        attention: bool = False,
    ) -> Iterator[SpokenSegment]:
        visual = self.starter_nets.no_visual_tokens() if visual_tokens is None else visual_tokens
        style = SpeakingStyle(speed, seed)
        return narration_segments(self.starter_nets, voice, prompt, visual, block, style, fps, attention)

    @torch.inference_mode()
    def decode_speech(
        self,
        segments: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        progress: ProgressCallback = ignore,
    ) -> SpeechLatents:
        """``sampling`` has no effect: this voice predicts its speech instead of sampling it."""
        parts = [spoken(segment) for segment in segments]
        if not parts:
            raise InputError("entangled holds no segment: give the guided transformer some text.")
        values = []
        for done, part in enumerate(parts, 1):
            values.append(self._latents(part))
            progress(Progress(Stage.DECODE_SPEECH, done, len(parts)))
        return SpeechLatents(
            values=torch.cat(values, 1),
            rate=MEL_RATE,
            phonemes=tuple(phoneme for part in parts for phoneme in part.phonemes),
            words=tuple(word for part in parts for word in part.words),
        )

    @torch.inference_mode()
    def generate_speech(self, latents: SpeechLatents) -> Speech:
        check_latents(latents)
        chunks = limit_peaks(self.generator.stream([latents.values]))
        return Speech(torch.cat(list(chunks), -1).cpu(), SAMPLE_RATE)

    @torch.inference_mode()
    def stream_speech(
        self,
        segments: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        progress: ProgressCallback = ignore,
    ) -> Iterator[SpeechChunk]:
        """``sampling`` has no effect: this voice predicts its speech instead of sampling it."""
        latents = (self._latents(spoken(segment)) for segment in segments)
        for sound in limit_peaks(self.generator.stream(latents)):
            yield SpeechChunk(sound.cpu(), SAMPLE_RATE)

    def _latents(self, segment: SpokenSegment) -> Tensor:
        """Speech latents [1, 2 T, 102] of a segment, in the timbre of its voice."""
        decoded = self.starter_nets.speech_decoder.decode(segment.audio, segment.speech_tokens)
        return apply_timbre(decoded, segment.timbre)

    @property
    def _device(self) -> torch.device:
        return next(self.starter_nets.parameters()).device


def spoken(segment: Entangled) -> SpokenSegment:
    """Raises InputError for a segment that another voice made, or one of a recording."""
    if not isinstance(segment, SpokenSegment):
        raise InputError(
            "entangled carries no text of this voice: connect the Prompt-Guided Transformer of the same model."
        )
    return segment


def check_latents(latents: SpeechLatents) -> None:
    """Raises InputError for speech latents of another voice."""
    if latents.rate != MEL_RATE:
        raise InputError("speech latents were made by another model: use the speech decoder of this model.")
