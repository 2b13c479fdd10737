"""The voice half of the full family: text and voice -> entangled windows -> speech latents -> sound.

A window holds one sentence: its voice tokens went through the entanglement block, and are read back into the
conditioning latents and the speaker embedding that XTTS-v2 speaks with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...audio.sample import prepare_sample
from ...bundles import (
    Entangled,
    Portrait,
    Prompt,
    Sentence,
    Speech,
    SpeechLatents,
    SpokenSegment,
    VoiceProfile,
)
from ...entanglement.prompt_guided_authors import (
    entangle,
    text_token,
    voice_of,
    voice_tokens,
)
from ...errors import InputError
from ...voice.xtts.config import CODE_RATE, SAMPLE_RATE
from ...voice.xtts.decoding import DecodedCodes, DecodingRequest
from ...voice.xtts.frames import at_speed
from ...voice.xtts.model import XTTSVoice
from ...voice.xtts.sampling import SpeechSampling

OnStep = Callable[[int, int], None]


@dataclass(frozen=True)
class Reading:
    """How a text is read: ``speed``, the ``seed`` of its first sentence, ``fps`` of a video to it."""

    speed: float
    seed: int
    fps: float


def encode_voice(voice: XTTSVoice, waveform: Tensor, sample_rate: int) -> VoiceProfile:
    """Recording [B, C, S] -> its profile. Raises InputError for a sample below a floor."""
    _, statistics = prepare_sample(waveform, sample_rate)
    return VoiceProfile(*voice.profile(waveform, sample_rate), statistics)


def encode_prompt(voice: XTTSVoice, text: str, language: str) -> Prompt:
    """Text -> sentences of token ids. Raises InputError."""
    sentences = []
    for decoded in voice.sentences(text, language):
        token_ids = torch.tensor([decoded.token_ids], device=voice.device)
        sentences.append(Sentence(decoded.text, "", (), token_ids, text_token(token_ids), decoded.pause))
    return Prompt(text, tuple(sentences))


@torch.inference_mode()
def speech_windows(
    voice: XTTSVoice,
    profile: VoiceProfile,
    prompt: Prompt,
    portrait: Portrait,
    block: nn.Module,
    reading: Reading,
    attention: bool,
) -> Iterator[Entangled]:
    """One window for each sentence; lazy, so that a caller can stop between them."""
    check_profile(voice, profile)
    tokens = voice_tokens(profile.conditioning, profile.speaker)
    for index, sentence in enumerate(prompt.sentences):
        paths = entangle(block, tokens, sentence.text_tokens, portrait.visual_tokens, attention=attention)
        yield Entangled(
            audio=paths.audio,
            video=paths.video,
            speech_tokens=0,
            motion_tokens=0,
            fps=reading.fps,
            audio_attention=paths.audio_attention,
            video_attention=paths.video_attention,
            token_ids=sentence.token_ids,
            speed=reading.speed,
            seed=reading.seed + index,
            pause=sentence.pause if index + 1 < len(prompt.sentences) else 0.0,
        )


def check_profile(voice: XTTSVoice, profile: VoiceProfile) -> None:
    """Raises InputError for a profile of another family."""
    config = voice.nets.config
    needed = [config.conditioning.latents, config.gpt.width]
    if list(profile.conditioning.shape[1:]) != needed or profile.speaker.shape[1] != config.speaker.embedding:
        raise InputError(
            f"voice profile has conditioning latents {list(profile.conditioning.shape[1:])} where this model needs "
            f"{needed}: make it with the Voice-Profile Encoder of the same model."
        )


@torch.inference_mode()
def decode_windows(
    voice: XTTSVoice, windows: Sequence[Entangled], sampling: SpeechSampling, on_step: OnStep | None
) -> SpeechLatents:
    """Windows -> speech latents at the wanted speed; ``on_step(codes so far, most there can be)``."""
    if not windows:
        raise InputError("entangled holds no window: give the guided transformer some text.")
    prepared = [utterance_of(voice, window, sampling) for window in windows]
    requests = [request for request, _ in prepared]
    total, done = sum(request.max_new_tokens for request in requests), 0
    values, segments, notes = [], [], []
    results = voice.decode(requests, sampling, None if on_step is None else lambda count: on_step(done + count, total))
    for index, decoded in enumerate(results):
        window, speaker = windows[index], prepared[index][1]
        latents = at_speed(decoded.values(), window.speed)
        values.append(latents)
        segments.append(SpokenSegment(latents.shape[1], speaker, window.pause, not decoded.finished))
        notes += cut_off_notes(index, decoded)
        done += requests[index].max_new_tokens
    return SpeechLatents(torch.cat(values, 1), CODE_RATE, segments=tuple(segments), notes=tuple(notes))


def utterance_of(voice: XTTSVoice, window: Entangled, sampling: SpeechSampling) -> tuple[DecodingRequest, Tensor]:
    """What the GPT decodes for a window, and the speaker embedding [1, S] that the vocoder speaks with."""
    config = voice.nets.config
    if window.token_ids is None:
        raise InputError("entangled carries no text: only windows of the Prompt-Guided Transformer can be spoken.")
    shape = (1, config.conditioning.latents, config.gpt.width)
    conditioning, speaker = voice_of(window.audio, shape, config.speaker.embedding)
    seed = window.seed if sampling.seed is None else sampling.seed + window.seed
    return voice.request(conditioning, window.token_ids, seed), speaker


def cut_off_notes(index: int, decoded: DecodedCodes) -> list[str]:
    """Says so when a sentence did not come to its end by itself."""
    if decoded.finished:
        return []
    return [
        f"sentence {index + 1} was stopped after {len(decoded.codes) / CODE_RATE:.1f} s without an end: another seed "
        "or a lower temperature may read it better."
    ]


@torch.inference_mode()
def generate(voice: XTTSVoice, latents: SpeechLatents) -> Speech:
    """Speech latents -> sound at 24 kHz, sentence by sentence with its pauses. Raises InputError."""
    if not latents.segments:
        raise InputError("speech latents are of another model family: use the speech decoder of this model.")
    parts = latents.values.split([segment.frames for segment in latents.segments], dim=1)
    sounds = [
        F.pad(voice.sound(part, segment.speaker, segment.cut_off), (0, round(segment.pause * SAMPLE_RATE)))
        for part, segment in zip(parts, latents.segments, strict=True)
    ]
    return Speech(torch.cat(sounds, -1).cpu(), SAMPLE_RATE)


def stream(voice: XTTSVoice, windows: Iterable[Entangled], sampling: SpeechSampling) -> Iterator[Tensor]:
    """Sound [1, 1, S] in pieces while sentences are still being decoded, one after the other, pauses included."""
    for window in windows:
        request, speaker = utterance_of(voice, window, sampling)
        yield from (piece.cpu() for piece in voice.stream(request, speaker, sampling, window.speed))
        if silence := round(window.pause * SAMPLE_RATE):
            yield torch.zeros(1, 1, silence)
