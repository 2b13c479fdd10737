"""The networks of XTTS-v2 in one module."""

from __future__ import annotations

from torch import nn

from .conditioning import ConditioningEncoder
from .config import XTTSConfig
from .gpt import XTTSGPT
from .speaker_encoder import SpeakerEncoder
from .vocoder import Vocoder


class XTTSNets(nn.Module):
    """Every network of the checkpoint."""

    def __init__(self, config: XTTSConfig = XTTSConfig()) -> None:
        super().__init__()
        self.config = config
        self.conditioning = ConditioningEncoder(config.conditioning)
        self.speaker_encoder = SpeakerEncoder(config.speaker)
        self.gpt = XTTSGPT(config.gpt)
        self.vocoder = Vocoder(config.vocoder)
