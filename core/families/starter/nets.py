"""The starter's trained networks in one module, each with its own weights file; shared by training and use."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ...entanglement.blocks import ENCODERS
from ...entanglement.prompt_guided import PromptGuidedTransformer
from ...face.motion_decoder import MotionDecoder
from ...face.visual_encoder import (
    BLENDSHAPES,
    CROP,
    LANDMARKS,
    VisualEncoder,
)
from ...text.prompt_encoder import PromptEncoder
from ...voice.duration_pitch_predictor import DurationPitchPredictor
from ...voice.gpt2_decoder import GPT2SpeechDecoder
from ...voice.speech_encoder import SpeechEncoder
from ...voice.voice_encoder import VoiceEncoder


class StarterNets(nn.Module):
    """Everything that the joint training trains: the stages, and one entanglement block of each kind.

    The stages are shared by the blocks: swapping ETE for STE changes only the block.
    """

    def __init__(self) -> None:
        super().__init__()
        self.prompt_encoder = PromptEncoder()
        self.voice_encoder = VoiceEncoder()
        self.speaker_token = nn.Linear(self.voice_encoder.config.speaker, self.voice_encoder.config.width)
        self.speech_planner = DurationPitchPredictor()
        self.speech_encoder = SpeechEncoder()
        self.visual_encoder = VisualEncoder()
        self.prompt_guided = PromptGuidedTransformer()
        self.blocks = nn.ModuleDict({kind: encoder() for kind, encoder in ENCODERS.items()})
        self.speech_decoder = GPT2SpeechDecoder()
        self.motion_decoder = MotionDecoder()

    def voice_tokens(self, conditioning: Tensor, speaker: Tensor) -> Tensor:
        """A voice profile as tokens: latents [B, 16, 512] and speaker [B, 256] -> [B, 17, 512]."""
        return torch.cat([conditioning, self.speaker_token(speaker)[:, None]], 1)

    def encode_visual(self, crop: Tensor, landmarks: Tensor, blendshapes: Tensor) -> Tensor:
        """Crop [1, 3, 64, 64], canonical landmarks [1, 478, 2], blendshapes [1, 52] -> visual tokens [1, 18, 512]."""
        device = next(self.parameters()).device
        return self.visual_encoder(crop.to(device), landmarks.to(device), blendshapes.to(device))

    @torch.inference_mode()
    def no_visual_tokens(self) -> Tensor:
        """The visual tokens [1, 18, 512] of a gray crop without a face, for speech without a portrait."""
        gray, landmarks = torch.full((1, 3, CROP, CROP), 0.5), torch.zeros(1, LANDMARKS, 2)
        return self.encode_visual(gray, landmarks, torch.zeros(1, BLENDSHAPES))

    def weight_files(self) -> Iterator[tuple[str, nn.Module]]:
        """(file name, network) of everything with weights; each entanglement block has a file of its own."""
        for name, net in self.named_children():
            if name != "blocks":
                yield name, net
        for kind, block in self.blocks.items():
            if list(block.parameters()):
                yield f"block_{kind}", block
