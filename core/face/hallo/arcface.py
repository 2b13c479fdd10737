"""ArcFace: a picture of a face -> its face embedding [1, 512], not normalised (Deng et al., 2019).

In: a picture [1, 3, H, W] in 0..1 and the 478 landmarks, of which five points (eyes, nose, corners of the mouth) are
aligned with ArcFace's template in a 112 x 112 crop. The network is the improved ResNet that ArcFace checkpoints hold,
with any number of blocks; module names are those of the published PyTorch state dicts.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SIDE, WIDTH = 112, 512
CHANNELS = (64, 64, 128, 256, 512)
RIGHT_IRIS, LEFT_IRIS, NOSE_TIP, RIGHT_CORNER, LEFT_CORNER = 468, 473, 1, 61, 291
TEMPLATE = ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041))
BN_EPS = 1e-5


class ResidualBlock(nn.Module):
    """Two convolutions between norms, with a residual; the first block of a stage halves the resolution."""

    def __init__(self, channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels, BN_EPS)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels, BN_EPS)
        self.prelu = nn.PReLU(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels, BN_EPS)
        if stride != 1:
            shortcut = nn.Conv2d(channels, out_channels, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(out_channels, BN_EPS))

    def forward(self, hidden: Tensor) -> Tensor:
        inner = self.prelu(self.bn2(self.conv1(self.bn1(hidden))))
        inner = self.bn3(self.conv2(inner))
        return inner + (self.downsample(hidden) if hasattr(self, "downsample") else hidden)


class ArcFace(nn.Module):
    """``blocks`` in each of the four stages: (3, 4, 14, 3) for 50 layers, (3, 13, 30, 3) for 100."""

    def __init__(self, blocks: tuple[int, int, int, int]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, CHANNELS[0], 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS[0], BN_EPS)
        self.prelu = nn.PReLU(CHANNELS[0])
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            nn.Sequential(
                *(ResidualBlock(narrow if index == 0 else wide, wide, 2 if index == 0 else 1) for index in range(count))
            )
            for narrow, wide, count in zip(CHANNELS, CHANNELS[1:], blocks, strict=False)
        )
        self.bn2 = nn.BatchNorm2d(CHANNELS[-1], BN_EPS)
        self.fc = nn.Linear(CHANNELS[-1] * (SIDE // 16) ** 2, WIDTH)
        self.features = nn.BatchNorm1d(WIDTH, BN_EPS)

    def forward(self, image: Tensor, landmarks: Tensor) -> Tensor:
        return self.embed(align_face(image, landmarks))

    def embed(self, crop: Tensor) -> Tensor:
        """An aligned crop [1, 3, 112, 112] in 0..1 -> [1, 512]."""
        hidden = self.prelu(self.bn1(self.conv1((2 * crop - 1).to(self.conv1.weight))))
        hidden = self.layer4(self.layer3(self.layer2(self.layer1(hidden))))
        return self.features(self.fc(self.bn2(hidden).flatten(1))).float()


def align_face(image: Tensor, landmarks: Tensor) -> Tensor:
    """The face aligned with ArcFace's template: [1, 3, 112, 112], black outside the picture."""
    points = landmarks[[RIGHT_IRIS, LEFT_IRIS, NOSE_TIP, RIGHT_CORNER, LEFT_CORNER], :2].double()
    matrix = similarity_transform(points.new_tensor(TEMPLATE), points)  # crop -> picture
    steps = torch.arange(SIDE, dtype=torch.float64, device=points.device)
    rows, columns = torch.meshgrid(steps, steps, indexing="ij")
    positions = torch.stack([columns, rows], dim=-1) @ matrix[:, :2].T + matrix[:, 2]  # [112, 112, 2]
    height, width = image.shape[-2:]
    grid = (2 * positions + 1) / positions.new_tensor([width, height]) - 1
    return F.grid_sample(image, grid[None].to(image), padding_mode="zeros", align_corners=False)


def similarity_transform(points: Tensor, targets: Tensor) -> Tensor:
    """The rotation, scale and shift [2, 3] that map points [N, 2] closest to targets [N, 2]."""
    center, target_center = points.mean(0), targets.mean(0)
    x, y = (points - center).unbind(-1)
    u, v = (targets - target_center).unbind(-1)
    power = (x**2 + y**2).sum()
    cos, sin = (x * u + y * v).sum() / power, (x * v - y * u).sum() / power
    rotation = torch.stack([torch.stack([cos, -sin]), torch.stack([sin, cos])])
    return torch.cat([rotation, (target_center - rotation @ center)[:, None]], dim=1)
