"""The starter family's trained networks in one module, each with its own weights file; shared by training and use."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ...entanglement.encoders import ENCODERS
from ...entanglement.prompt_guided import PromptGuidedTransformer
from ...face.motion_decoder import MotionDecoder
from ...face.visual_encoder import VisualEncoder
from ...text.prompt_encoder import PromptEncoder
from ...voice.duration_pitch_predictor import DurationPitchPredictor
from ...voice.gpt2_decoder import GPT2SpeechDecoder
from ...voice.speech_encoder import SpeechEncoder
from ...voice.voice_encoder import VoiceEncoder


class StarterNets(nn.Module):
    """Everything that the joint training trains: the stages, and one entanglement block of each kind.

    The stages are shared by the blocks: swapping ETE for STE changes the block alone.
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

    def weight_files(self) -> Iterator[tuple[str, nn.Module]]:
        """(file name, network) of everything with weights; each entanglement block has a file of its own."""
        for name, net in self.named_children():
            if name != "blocks":
                yield name, net
        for kind, block in self.blocks.items():
            if list(block.parameters()):
                yield f"block_{kind}", block
