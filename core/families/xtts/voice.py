"""XTTS-v2 as a voice half: text and voice sample -> entangled segments -> speech latents -> sound at 24 kHz.

A segment holds one sentence: its voice tokens have passed the entanglement block and are read back into the
conditioning latents and the speaker embedding that XTTS-v2 speaks with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...audio.sample import sample_statistics
from ...bundles import (
    Entangled,
    Prompt,
    Speech,
    SpeechChunk,
    SpeechLatents,
    VoiceProfile,
)
from ...entanglement.blocks import fresh_blocks
from ...entanglement.layouts import AUTHORS
from ...entanglement.prompt_guided_authors import (
    entangle,
    no_visual_tokens,
    text_token,
    voice_of,
    voice_tokens,
)
from ...errors import InputError
from ...progress import ProgressCallback, ignore
from ...settings import SpeechSampling
from ...settings.limits import wrapped_seed
from ...voice.xtts.config import CODE_RATE, SAMPLE_RATE
from ...voice.xtts.decoding import DecodedCodes, DecodingRequest
from ...voice.xtts.model import XTTSEngine
from ...voice.xtts.vocoder_frames import at_speed
from .bundles import (
    SentenceLatents,
    XTTSLatents,
    XTTSSegment,
    XTTSSentence,
)


class XTTSVoice:
    """See the module docstring; the methods are those of ``core.model.VoiceHalf``."""

    layout = AUTHORS

    def __init__(self, engine: XTTSEngine, blocks: Mapping[str, nn.Module] | None = None) -> None:
        """``blocks`` replace fresh entanglement blocks, which are the identity."""
        self.engine = engine
        self.blocks = fresh_blocks() | dict(blocks or {})

    def nets(self) -> dict[str, nn.Module]:
        return {f"xtts_{name}": net for name, net in self.engine.nets.named_children()}

    def encode_voice(self, waveform: Tensor, sample_rate: int) -> VoiceProfile:
        statistics = sample_statistics(waveform, sample_rate)
        return VoiceProfile(*self.engine.profile(waveform, sample_rate), statistics)

    def encode_prompt(self, text: str, language: str = "en") -> Prompt:
        return Prompt(text, tuple(self._sentences(text, language)))

    def _sentences(self, text: str, language: str) -> Iterator[XTTSSentence]:
        for sentence in self.engine.sentences(text, language):
            token_ids = torch.tensor([sentence.token_ids], device=self.engine.device)
            yield XTTSSentence(sentence.text, token_ids, text_token(token_ids), sentence.pause)

    @torch.inference_mode()
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
    ) -> Iterator[XTTSSegment]:
        self._check_profile(voice)
        visual = no_visual_tokens().to(self.engine.device) if visual_tokens is None else visual_tokens
        AUTHORS.check(visual)
        tokens = voice_tokens(voice.conditioning, voice.speaker)
        for index, sentence in enumerate(prompt.sentences):
            if not isinstance(sentence, XTTSSentence):
                raise InputError("prompt was encoded by another model: use the Prompt Encoder with this voice's model.")
            paths = entangle(block, tokens, sentence.text_tokens, visual, attention=attention)
            yield XTTSSegment(
                audio=paths.audio,
                video=paths.video,
                fps=fps,
                attention=paths.attention,
                token_ids=sentence.token_ids,
                speed=speed,
                seed=wrapped_seed(seed + index),
                pause=sentence.pause if index + 1 < len(prompt.sentences) else 0.0,
            )

    @torch.inference_mode()
    def decode_speech(
        self,
        segments: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        progress: ProgressCallback = ignore,
    ) -> XTTSLatents:
        chosen = sampling or SpeechSampling()
        batch = _Batch(self.engine, segments, chosen)
        values, sentences, notes = [], [], []
        for index, result in enumerate(self.engine.decode(batch.requests, chosen, progress)):
            segment = batch.segments[index]
            latents = at_speed(result.values(), segment.speed)
            values.append(latents)
            speaker = batch.speakers[index]
            sentences.append(SentenceLatents(latents.shape[1], speaker, segment.pause, not result.finished))
            notes += cut_off_notes(index, result)
        return XTTSLatents(values=torch.cat(values, 1), rate=CODE_RATE, sentences=tuple(sentences), notes=tuple(notes))

    @torch.inference_mode()
    def generate_speech(self, latents: SpeechLatents) -> Speech:
        if not isinstance(latents, XTTSLatents):
            raise InputError("speech latents were made by another model: use the speech decoder of this model.")
        parts = latents.values.split([sentence.frames for sentence in latents.sentences], dim=1)
        sounds = [
            with_pause(self.engine.sound(part, sentence.speaker, sentence.cut_off), sentence.pause)
            for part, sentence in zip(parts, latents.sentences, strict=True)
        ]
        return Speech(torch.cat(sounds, -1).cpu(), SAMPLE_RATE)

    def stream_speech(
        self,
        segments: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        progress: ProgressCallback = ignore,
    ) -> Iterator[SpeechChunk]:
        chosen = sampling or SpeechSampling()
        batch = _Batch(self.engine, segments, chosen)
        speeds = [segment.speed for segment in batch.segments]
        for chunk in self.engine.stream(batch.requests, batch.speakers, chosen, speeds, progress):
            pause = 0.0 if chunk.result is None else batch.segments[chunk.row].pause
            notes = [] if chunk.result is None else cut_off_notes(chunk.row, chunk.result)
            yield SpeechChunk(with_pause(chunk.sound, pause).cpu(), SAMPLE_RATE, tuple(notes))

    def _check_profile(self, profile: VoiceProfile) -> None:
        """Raises InputError for a profile of another model."""
        config = self.engine.nets.config
        needed = [config.conditioning.latents, config.gpt.width]
        if list(profile.conditioning.shape[1:]) != needed or profile.speaker.shape[1] != config.speaker.embedding:
            raise InputError(
                f"voice profile has conditioning latents {list(profile.conditioning.shape[1:])} where this model needs "
                f"{needed}: make it with the Voice-Profile Encoder of the same model."
            )


class _Batch:
    """Segments as decoding requests, each with the speaker embedding [1, S] of its sound. Raises InputError."""

    def __init__(self, engine: XTTSEngine, segments: Iterable[Entangled], sampling: SpeechSampling) -> None:
        self.segments = [self._own(segment) for segment in segments]
        if not self.segments:
            raise InputError("entangled holds no segment: give the guided transformer some text.")
        config, seed = engine.nets.config, sampling.seed or 0
        shape = (1, config.conditioning.latents, config.gpt.width)
        self.requests: list[DecodingRequest] = []
        self.speakers: list[Tensor] = []
        for segment in self.segments:
            conditioning, speaker = voice_of(segment.audio, shape, config.speaker.embedding)
            self.requests.append(engine.request(conditioning, segment.token_ids, wrapped_seed(seed + segment.seed)))
            self.speakers.append(speaker)

    @staticmethod
    def _own(segment: Entangled) -> XTTSSegment:
        if not isinstance(segment, XTTSSegment):
            raise InputError(
                "entangled carries no text of this voice: connect the Prompt-Guided Transformer of the same model."
            )
        return segment


def with_pause(sound: Tensor, seconds: float) -> Tensor:
    """Sound [1, 1, S] followed by silence."""
    return F.pad(sound, (0, round(seconds * SAMPLE_RATE)))


def cut_off_notes(index: int, result: DecodedCodes) -> list[str]:
    """A note for a sentence that did not come to its own end."""
    if result.finished:
        return []
    return [
        f"sentence {index + 1} was stopped after {len(result.codes) / CODE_RATE:.1f} s without an end: another seed "
        "or a lower temperature may read it better."
    ]
