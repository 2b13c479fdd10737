"""The 52 blendshapes of a face, from 146 of its landmarks.

In: points [B, 478, 2] in pixels (of any scale and position, roll included). Out: activations [B, 52] in 0..1, in the
order of ``BLENDSHAPES``. Left and right are the person's own. Source: the ``face_blendshapes`` graph of Google's
Face Landmarker, an MLP-Mixer (Tolstikhin et al., 2021) over 96 mixed landmarks and one class token.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# fmt: off
LANDMARKS_USED = (
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80,
    81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153,
    154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251,
    263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318,
    321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386,
    387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
)
BLENDSHAPES = (
    "_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight",
)
# fmt: on
BLENDSHAPE_INDEX = {name: index for index, name in enumerate(BLENDSHAPES)}
TOKENS = 96
WIDTH = 64
LAYERS = 4
INPUT_SCALE = 0.5


class MixerLayer(nn.Module):
    """Mixes across tokens, then across channels; tokens [B, 97, 64] in and out."""

    def __init__(self) -> None:
        super().__init__()
        self.token_norm = nn.LayerNorm(WIDTH, eps=1e-6, bias=False)
        self.token_in = nn.Linear(TOKENS + 1, 384)
        self.token_out = nn.Linear(384, TOKENS + 1)
        self.channel_norm = nn.LayerNorm(WIDTH, eps=1e-6, bias=False)
        self.channel_in = nn.Linear(WIDTH, 256)
        self.channel_out = nn.Linear(256, WIDTH)

    def forward(self, tokens: Tensor) -> Tensor:
        across = self.token_norm(tokens).transpose(1, 2)  # [B, 64, 97]
        tokens = tokens + self.token_out(F.relu(self.token_in(across))).transpose(1, 2)
        return tokens + self.channel_out(F.relu(self.channel_in(self.channel_norm(tokens))))


class BlendshapeMixer(nn.Module):
    """See the module docstring."""

    def __init__(self) -> None:
        super().__init__()
        self.mix_landmarks = nn.Linear(len(LANDMARKS_USED), TOKENS)
        self.embed = nn.Linear(2, WIDTH)
        self.class_token = nn.Embedding(1, WIDTH)
        self.layers = nn.Sequential(*(MixerLayer() for _ in range(LAYERS)))
        self.head = nn.Linear(WIDTH, len(BLENDSHAPES))

    def forward(self, points: Tensor) -> Tensor:
        used = points[:, list(LANDMARKS_USED), :2]
        centered = used - used.mean(dim=1, keepdim=True)
        scale = centered.norm(dim=2, keepdim=True).mean(dim=1, keepdim=True)
        landmarks = (centered / scale * INPUT_SCALE).transpose(1, 2)  # [B, 2, 146]
        tokens = self.embed(self.mix_landmarks(landmarks).transpose(1, 2))  # [B, 96, 64]
        class_token = self.class_token.weight.expand(len(tokens), 1, WIDTH)
        tokens = self.layers(torch.cat([class_token, tokens], dim=1))
        return torch.sigmoid(self.head(tokens[:, 0]))
