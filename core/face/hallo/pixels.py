"""Pictures for the networks and back: [B, C, H, W] in 0..1, in whole grey levels as a picture file holds them.

Resizing is PIL's bilinear filter, smoothed where it shrinks, because the networks were trained with it.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor


def network_pixels(image: Tensor, size: tuple[int, int]) -> Tensor:
    """[1, C, H, W] -> [1, C, height, width] of ``size``."""
    levels = (image[0].clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()  # [C, H, W]
    planes = [Image.fromarray(plane).resize((size[1], size[0]), Image.Resampling.BILINEAR) for plane in levels]
    return torch.from_numpy(np.stack([np.asarray(plane) for plane in planes])).to(image)[None] / 255


def gray_levels(pixels: Tensor) -> Tensor:
    """Network pixels [F, 3, H, W] in -1..1 -> uint8 [F, H, W, 3] on the CPU."""
    levels = ((pixels.float() / 2 + 0.5).clamp(0, 1) * 255).round()
    return levels.to(torch.uint8).permute(0, 2, 3, 1).cpu()
