"""The inside of the mouth: cavity, tongue and two rows of teeth.

In: points [2, H, W] of the frame in the mouth's frame, with the head's turn undone (the skull's own places), the
heights of the inner lips there, and the articulation. Out: colour [3, H, W] 0..255. Upper teeth stay with the skull,
lower teeth and tongue go with the jaw; the lips throw a soft shadow and light fades towards the corners and the throat.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .canvas import Canvas
from .geometry import sample, smoothstep
from .lips import JAW_DROP, LipWarp, MouthShape
from .palette import Palette, mix_palette
from .teeth import HEIGHT, WIDTH, draw_row

UPPER_EDGE = 0.035
LOWER_EDGE = 0.015


class MouthInterior:
    def __init__(self, canvas: Canvas, warp: LipWarp) -> None:
        self.palette: Palette = mix_palette(canvas)
        self.upper_row = draw_row(self.palette, canvas.unit, upper=True)
        self.lower_row = draw_row(self.palette, canvas.unit, upper=False)
        self.arch = max(0.5, min(1.2, warp.lips.half_width / 0.37))
        local = warp.frame.to_local(canvas.landmarks[[78, 13, 308], :2].T)
        self.sides = (float(local[0, 1] - local[0, 0]), float(local[0, 2] - local[0, 1]))
        self.middle = float(local[0, 1])

    def paint(self, skull: Tensor, upper_lip: Tensor, lower_lip: Tensor, shape: MouthShape) -> Tensor:
        x = self._across(skull[0])
        y = skull[1]
        drop = JAW_DROP * shape.jaw
        colour = self._cavity(x, y, upper_lip, lower_lip)
        colour = self._tongue(colour, x, y, drop, shape)
        colour = _over(colour, self._row(self.upper_row, x, y - UPPER_EDGE + 0.05 * x.square()))
        lower_y = y - (LOWER_EDGE + drop) - 0.03 * x.square()
        lower = self._row(self.lower_row, x, lower_y)
        hidden = shape.tongue * smoothstep((0.16 - x.abs()) / 0.08)
        colour = _over(colour, lower * (1 - 0.8 * hidden) * 0.97)
        return colour * self._light(x, y, upper_lip, lower_lip, shape)

    def _across(self, x: Tensor) -> Tensor:
        """Each side of the mouth as wide as an average one, however the face is turned: the teeth's own x."""
        mean = sum(self.sides) / 2
        left, right = (0.6 + 0.4 * side / mean for side in self.sides)
        x = x - self.middle
        return torch.where(x < 0, x / left, x / right) / self.arch

    def _row(self, texture: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return sample(texture, torch.stack((x / WIDTH, y / HEIGHT)))

    def _cavity(self, x: Tensor, y: Tensor, upper_lip: Tensor, lower_lip: Tensor) -> Tensor:
        height = (lower_lip - upper_lip).clamp_min(0.02)
        down = ((y - upper_lip) / height).clamp(0, 1)
        light = 0.55 + 0.6 * (down - 0.3).abs() + 0.3 * x.square()
        return self.palette.cavity.view(3, 1, 1) * light

    def _tongue(self, colour: Tensor, x: Tensor, y: Tensor, drop: float, shape: MouthShape) -> Tensor:
        """The tongue's back lies behind the lower teeth; its tip rises to the upper ones."""
        rest = 0.07 + 0.75 * drop
        tip = UPPER_EDGE - 0.03
        top = rest + shape.tongue * (tip - rest)
        half = 0.34 - 0.10 * shape.tongue
        surface = top + 0.55 * half * (x / half).square()
        depth = y - surface
        cover = smoothstep(depth / 0.025 + 0.5) * smoothstep((half * 1.3 - x.abs()) / 0.08)
        groove = 1 - 0.10 * torch.exp(-0.5 * (x / 0.02).square()) * (1 - shape.tongue)
        light = (0.55 + 0.45 * smoothstep(depth / 0.12)) * (1 - 0.25 * smoothstep((depth - 0.1) / 0.15)) * groove
        light = light * (0.85 + 0.15 * shape.tongue)
        return colour + cover * (self.palette.tongue.view(3, 1, 1) * light - colour)

    def _light(self, x: Tensor, y: Tensor, upper_lip: Tensor, lower_lip: Tensor, shape: MouthShape) -> Tensor:
        under = smoothstep((y - upper_lip) / 0.075)
        above = smoothstep((lower_lip - y) / 0.05)
        corners = smoothstep((lower_lip - upper_lip) / 0.07)
        opening = 0.72 + 0.28 * min(1.0, shape.lip_gap / 0.15)
        sideways = 1 + self.palette.slope * (x / 0.4).clamp(-1, 1)
        return opening * (0.45 + 0.55 * under) * (0.75 + 0.25 * above) * (0.55 + 0.45 * corners) * sideways


def _over(colour: Tensor, layer: Tensor) -> Tensor:
    """A premultiplied layer [4, H, W] over an opaque colour [3, H, W]."""
    return colour * (1 - layer[3]) + layer[:3]
