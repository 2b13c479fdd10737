"""Conversion of pictures: resized for the networks, and from network pixels to uint8 frames.

Resizing is PIL's bilinear filter with antialiasing, on 8-bit values, because the networks were trained with it.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor


def resize_image(image: Tensor, size: tuple[int, int]) -> Tensor:
    """[1, C, H, W] in 0..1 -> [1, C, height, width] of ``size``, in multiples of 1 / 255."""
    levels = (image[0].clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()  # [C, H, W]
    planes = [Image.fromarray(plane).resize((size[1], size[0]), Image.Resampling.BILINEAR) for plane in levels]
    return torch.from_numpy(np.stack([np.asarray(plane) for plane in planes])).to(image)[None] / 255


def to_uint8_frames(pixels: Tensor) -> Tensor:
    """Network pixels [F, 3, H, W] in -1..1 -> uint8 [F, H, W, 3] on the CPU."""
    levels = ((pixels.float() / 2 + 0.5).clamp(0, 1) * 255).round()
    return levels.to(torch.uint8).permute(0, 2, 3, 1).cpu()
