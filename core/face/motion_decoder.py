"""Motion decoder, starter family: entangled video latents [B, K + F, 512] -> articulation [B, F, 8].

K visual tokens come first; their mean identifies the face. The rest is one latent for each frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..motion_channels import ARTICULATION, MAX_LIP_GAP
from ..nn.convnext import ConvNeXtBlock


@dataclass(frozen=True)
class MotionConfig:
    width: int = 512
    channels: int = 128
    hidden: int = 256
    blocks: int = 3
    kernel: int = 5


class MotionDecoder(nn.Module):
    """See the module docstring; the receptive field is 6 frames to either side."""

    def __init__(self, config: MotionConfig = MotionConfig()) -> None:
        super().__init__()
        self.config = config
        self.norm = nn.LayerNorm(config.width)
        self.frame = nn.Linear(config.width, config.channels)
        self.face = nn.Linear(config.width, config.channels)
        self.blocks = nn.Sequential(
            *(ConvNeXtBlock(config.channels, config.hidden, config.kernel) for _ in range(config.blocks))
        )
        self.project = nn.Linear(config.channels, len(ARTICULATION))

    def forward(self, video: Tensor, frames: int) -> Tensor:
        """``frames`` is F, the number of motion latents at the end of ``video``."""
        normed = self.norm(video)
        visual, motion = normed[:, :-frames], normed[:, -frames:]
        x = self.frame(motion) + self.face(visual.mean(1, keepdim=True))  # [B, F, C]
        return to_range(self.project(self.blocks(x.transpose(1, 2)).transpose(1, 2)))


def to_range(raw: Tensor) -> Tensor:
    """Raw outputs -> slightly more than each channel's range, so that its ends can be reached; lip_width is signed."""
    scale = torch.tensor([MAX_LIP_GAP if name == "lip_gap" else 1.0 for name in ARTICULATION], device=raw.device)
    signed = torch.tensor([name == "lip_width" for name in ARTICULATION], device=raw.device)
    return torch.where(signed, 1.1 * raw.tanh(), 1.2 * raw.sigmoid() - 0.1) * scale


def within_range(motion: Tensor) -> Tensor:
    """Clamp every channel to the range that ``core.motion_channels`` states."""
    scale = torch.tensor([MAX_LIP_GAP if name == "lip_gap" else 1.0 for name in ARTICULATION], device=motion.device)
    signed = torch.tensor([name == "lip_width" for name in ARTICULATION], device=motion.device)
    return motion.minimum(scale).maximum(-signed.float())
