"""Speech of a fixed text in a voice, as log-mels without timbre correction: what the correction is measured against.

It is made once for every profile, as latents without sound, which takes a fraction of a second.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...audio.mel import N_MELS
from ...bundles import Prompt, VoiceProfile
from .narration_segments import SpeakingStyle, narration_segments
from .nets import StarterNets

CALIBRATION_TEXT = (
    "Every morning the old fisherman walks down to the quay, counts the boats, and tells his dog which of them will be "
    "lucky. The dog listens, yawns, and chases a gull through the shallow water. By noon both are asleep in the shade "
    "of a huge blue van, while the village goes about its usual business."
)
BLOCK, FPS = "ete", 25.0


@torch.inference_mode()
def synthesized_mel(nets: StarterNets, voice: VoiceProfile, prompt: Prompt, visual_tokens: Tensor) -> Tensor:
    """Log-mels [B, 100, T]; ``prompt`` is that of CALIBRATION_TEXT, visual tokens are [1, K, 512]."""
    style, block = SpeakingStyle(1.0, 0), nets.blocks[BLOCK]
    segments = narration_segments(nets, voice, prompt, visual_tokens, block, style, FPS, False)
    latents = [nets.speech_decoder.decode(segment.audio, segment.speech_tokens) for segment in segments]
    return torch.cat(latents, 1)[..., :N_MELS].transpose(1, 2)  # [B, T, 100] -> [B, 100, T]
