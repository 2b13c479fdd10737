"""Painted rows of teeth.

In: pixels per inter-ocular distance and the mouth colours. Out: textures [4, h, w] (premultiplied colour 0..255 and
alpha 0..1) over x -WIDTH..WIDTH and y -HEIGHT..HEIGHT around the middle of the row's biting edge, in inter-ocular
distances. Sizes are those of an average mouth with 63 mm between the eyes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .geometry import smoothstep
from .mouth_colors import MouthColors

WIDTH = 0.56
HEIGHT = 0.30
UPPER_WIDTHS = (0.130, 0.100, 0.108, 0.090, 0.085)
UPPER_LENGTHS = (0.165, 0.148, 0.160, 0.135, 0.120)
UPPER_EDGES = (0.000, -0.009, -0.005, -0.018, -0.030)
LOWER_WIDTHS = (0.082, 0.088, 0.098, 0.090, 0.085)
LOWER_LENGTHS = (0.135, 0.135, 0.145, 0.125, 0.115)
LOWER_EDGES = (0.000, -0.002, -0.004, -0.012, -0.022)


def paint_teeth_row(colors: MouthColors, unit: float, upper: bool) -> Tensor:
    """One row of ten teeth with gums: [4, h, w]."""
    sizes = (UPPER_WIDTHS, UPPER_LENGTHS, UPPER_EDGES) if upper else (LOWER_WIDTHS, LOWER_LENGTHS, LOWER_EDGES)
    density = max(64.0, 1.5 * unit)
    device = colors.tooth.device
    x = torch.linspace(-WIDTH, WIDTH, int(2 * WIDTH * density) | 1, device=device)
    y = torch.linspace(-HEIGHT, HEIGHT, int(2 * HEIGHT * density) | 1, device=device)
    towards_gum = (-y if upper else y)[:, None]
    shade, cover = _teeth(x.abs(), towards_gum, sizes, 1.2 / density)
    return _paint(colors, x, towards_gum, shade, cover)


def _teeth(x: Tensor, depth: Tensor, sizes: tuple[tuple[float, ...], ...], soft: float) -> tuple[Tensor, Tensor]:
    """Brightness and alpha [h, w] of the teeth; ``depth`` [h, 1] is measured from the biting edge towards the gum."""
    shade = torch.zeros(depth.shape[0], x.shape[0], device=x.device)
    cover = torch.zeros_like(shade)
    start = 0.0
    for number, (width, length, edge) in enumerate(zip(*sizes, strict=True)):
        across = (x - (start + width / 2)) / (width / 2)
        along = (depth + edge) / length  # 0 at the biting edge, 1 at the gum
        narrow = 0.98 - 0.08 * along.clamp(0, 1) - 0.04 * (1 - along.clamp(0, 0.2) / 0.2).square()
        beside = (narrow - across.abs()) * width / 2
        end = along * length - 0.009 * across.abs() ** 3
        gum = (1 - 0.12 * across.square() - along) * length
        alpha = smoothstep(torch.minimum(torch.minimum(beside, end), gum) / (2 * soft) + 0.5)
        light = 1 - 0.12 * across.abs() ** 3 - 0.10 * (1 - along.clamp(0, 0.25) / 0.25) - 0.10 * along.clamp(0, 1)
        light = light * (1 - 0.075 * number - (0.04 if number == 2 else 0.0))
        shade = torch.where(alpha > cover, light, shade)
        cover = torch.maximum(cover, alpha)
        start += width
    return shade, cover


def _paint(colors: MouthColors, x: Tensor, depth: Tensor, shade: Tensor, cover: Tensor) -> Tensor:
    """Teeth over gums over the shadow between the teeth: [4, h, w]."""
    inside = smoothstep((depth - 0.03) / 0.02) * smoothstep((0.52 - x.abs()) / 0.06)
    gum_light = (0.9 - 0.5 * (x / WIDTH).square()) * smoothstep((depth - 0.10) / 0.04)
    gap = colors.tooth.view(3, 1, 1) * 0.74 * colors.tooth.new_tensor((1.0, 0.86, 0.80)).view(3, 1, 1)
    back = gap * (1 - gum_light) + colors.gum.view(3, 1, 1) * gum_light
    fade = (1 - 0.5 * (x / WIDTH).square()).clamp_min(0)
    front = colors.tooth.view(3, 1, 1) * shade * fade
    alpha = torch.maximum(cover, inside)
    color = back * (1 - cover) + front * cover
    return torch.cat((color * alpha, alpha[None]))
