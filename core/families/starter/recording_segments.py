"""Windows of recorded speech: the sound itself becomes speech tokens and goes through the same entanglement.

No text and no voice profile is needed: the voice tokens are read off the recording's first seconds. Steady noise is
taken away before the mouth hears it.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...audio.loudness import normalize
from ...audio.mel import log_mel
from ...audio.noise import steady_noise, without_noise
from ...audio.sample import to_mono
from ...bundles import Entangled, Portrait, Speech
from ...entanglement.prompt_guided import TimedTokens
from ...timing import (
    SAMPLE_RATE,
    TOKEN_RATE,
    TOKEN_SAMPLES,
    frame_count,
)
from ...voice.duration_pitch_predictor import token_times
from .nets import StarterNets
from .segment_timing import frame_times, frames_between, recording_spans

VOICE_SECONDS = 10
SHORTEST = 2 * TOKEN_SAMPLES  # what the mel front end can mirror at its ends


@torch.inference_mode()
def recording_windows(
    nets: StarterNets, speech: Speech, portrait: Portrait, block: nn.Module, fps: float, attention: bool
) -> Iterator[Entangled]:
    """See the module docstring; lazy, so that a caller can stop between windows."""
    mono = _whole_tokens(to_mono(speech.waveform, speech.sample_rate)).to(portrait.visual_tokens.device)
    noise = steady_noise(mono)
    voice = nets.voice_tokens(*nets.voice_encoder(log_mel(mono[None, : VOICE_SECONDS * SAMPLE_RATE])))
    total = frame_count(speech.waveform.shape[-1], speech.sample_rate, fps)
    for piece in recording_spans(len(mono)):
        sound = mono[piece.seen_first * TOKEN_SAMPLES : piece.seen_end * TOKEN_SAMPLES]
        tokens = nets.speech_encoder(without_noise(log_mel(sound[None]), noise))
        first, end = frames_between(piece.first / TOKEN_RATE, piece.end / TOKEN_RATE, fps, piece.last)
        end = total if piece.last else end
        paths = nets.prompt_guided(
            block,
            voice,
            TimedTokens(tokens, token_times(tokens.shape[1], TOKEN_RATE, tokens.device)),
            None,
            portrait.visual_tokens,
            frame_times(first, end, fps, piece.seen_first / TOKEN_RATE).to(tokens.device),
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


def _whole_tokens(mono: Tensor) -> Tensor:
    """Even loudness, and silence up to a whole number of tokens."""
    missing = max(SHORTEST - len(mono), -len(mono) % TOKEN_SAMPLES)
    return normalize(F.pad(mono, (0, missing)))
