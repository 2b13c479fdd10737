"""What the networks make of a voice when it speaks a fixed text: its log-mels as they are by themselves.

Made once for every profile, in latents alone (no sound), so it takes a fraction of a second.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...audio.mel import N_MELS
from ...bundles import Portrait, Prompt, VoiceProfile
from .narration_segments import SpeakingStyle, narration_windows
from .nets import StarterNets

TEXT = (
    "Every morning the old fisherman walks down to the quay, counts the boats, and tells his dog which of them will be "
    "lucky. The dog listens, yawns, and chases a gull through the shallow water. By noon both are asleep in the shade "
    "of a huge blue van, while the village goes about its usual business."
)
BLOCK, FPS = "ete", 25.0


@torch.inference_mode()
def own_mel(nets: StarterNets, voice: VoiceProfile, prompt: Prompt, portrait: Portrait) -> Tensor:
    """Log-mels [B, 100, T]; ``prompt`` is that of TEXT, the portrait has no say in speech."""
    windows = narration_windows(nets, voice, prompt, portrait, nets.blocks[BLOCK], SpeakingStyle(1.0, 0), FPS, False)
    latents = [nets.speech_decoder.decode(window.audio, window.speech_tokens) for window in windows]
    return torch.cat(latents, 1)[..., :N_MELS].transpose(1, 2)
