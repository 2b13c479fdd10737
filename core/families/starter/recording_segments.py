"""Segments of recorded speech: the sound itself becomes speech tokens and goes through the same entanglement.

No text and no voice profile is needed: the voice tokens are read off the recording's first seconds. Steady noise is
subtracted first, so that it does not move the mouth.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...audio.loudness import normalize_loudness
from ...audio.mel import log_mel
from ...audio.noise import estimate_noise, subtract_noise
from ...audio.sample import to_mono
from ...bundles import Portrait, Speech
from ...entanglement.layouts import TIME_ALIGNED
from ...entanglement.prompt_guided import TimedTokens
from ...timing import (
    SAMPLE_RATE,
    TOKEN_RATE,
    TOKEN_SAMPLES,
    frame_count,
)
from ...voice.duration_pitch_predictor import token_times
from .bundles import StarterSegment
from .nets import StarterNets
from .segment_timing import frame_times, frames_between, recording_spans

VOICE_SECONDS = 10
MIN_SAMPLES = 2 * TOKEN_SAMPLES  # what the mel front end can mirror at its ends


@torch.inference_mode()
def recording_segments(
    nets: StarterNets, speech: Speech, portrait: Portrait, block: nn.Module, fps: float, attention: bool
) -> Iterator[StarterSegment]:
    """Lazy, so that a caller can stop between segments. Raises InputError for a portrait of another model."""
    TIME_ALIGNED.check(portrait.visual_tokens)
    mono = _whole_tokens(to_mono(speech.waveform, speech.sample_rate)).to(portrait.visual_tokens.device)
    noise = estimate_noise(mono)
    voice = nets.voice_tokens(*nets.voice_encoder(log_mel(mono[None, : VOICE_SECONDS * SAMPLE_RATE])))
    total = frame_count(speech.waveform.shape[-1], speech.sample_rate, fps)
    for span in recording_spans(len(mono)):
        sound = mono[span.seen_first * TOKEN_SAMPLES : span.seen_end * TOKEN_SAMPLES]
        tokens = nets.speech_encoder(subtract_noise(log_mel(sound[None]), noise))
        first, end = frames_between(span.first / TOKEN_RATE, span.end / TOKEN_RATE, fps, span.last)
        end = total if span.last else end
        paths = nets.prompt_guided(
            block,
            voice,
            TimedTokens(tokens, token_times(tokens.shape[1], TOKEN_RATE, tokens.device)),
            None,
            portrait.visual_tokens,
            frame_times(first, end, fps, span.seen_first / TOKEN_RATE).to(tokens.device),
            attention=attention,
        )
        yield StarterSegment(
            audio=paths.audio,
            video=paths.video,
            fps=fps,
            start=span.first / TOKEN_RATE,
            attention=paths.attention,
            frames=end - first,
        )


def _whole_tokens(mono: Tensor) -> Tensor:
    """Even loudness, and silence up to a whole number of tokens."""
    missing = max(MIN_SAMPLES - len(mono), -len(mono) % TOKEN_SAMPLES)
    return normalize_loudness(F.pad(mono, (0, missing)))
