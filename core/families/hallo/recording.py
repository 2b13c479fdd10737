"""A recording and a portrait entangled in the full family: there is neither text nor voice profile, so the tokens that
stand for them are zero. One window serves the whole recording; the appearance does not change while it lasts.
"""

from __future__ import annotations

from typing import NoReturn

import torch
from torch import nn

from ...bundles import Entangled, Portrait, Speech
from ...entanglement.encoders import Tokens
from ...errors import InputError
from ...timing import frame_count

VOICE_TOKENS, TEXT_TOKENS = 65, 1  # 32 x 1024 conditioning latents as 64 x 512, and the speaker


@torch.inference_mode()
def speech_window(
    speech: Speech, portrait: Portrait, block: nn.Module, fps: float, attention: bool = False
) -> Entangled:
    """Entangled tokens: audio [1, 65, 512] of nobody, video [1, 3073, 512]."""
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


def refuse_motion() -> NoReturn:
    raise InputError("the full family renders frames from the speech: it has no facial-motion latents to show.")
