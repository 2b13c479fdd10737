"""The inside of the mouth: cavity, tongue and two rows of teeth.

In: points [2, H, W] in the mouth's frame with the head rotation undone, that is fixed to the skull, the heights of the
inner lips there, and the articulation. Out: colour [3, H, W] 0..255. Upper teeth stay with the skull, lower teeth and
tongue move with the jaw; the lips cast a soft shadow, and light fades towards the corners and the throat.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .geometry import fall_off, smoothstep
from .lip_warp import JAW_DROP, LipWarp, MouthShape
from .mouth_colors import estimate_mouth_colors, luminance
from .prepared_portrait import PreparedPortrait
from .teeth import HEIGHT, WIDTH, paint_teeth_row
from .texture import sample

UPPER_EDGE = 0.045  # heights of the biting edges in inter-ocular distances
LOWER_EDGE = 0.055
OWN_TEETH_GAP = 0.10  # above, the portrait shows its own teeth


class MouthInterior:
    def __init__(self, prepared: PreparedPortrait, warp: LipWarp) -> None:
        self.prepared, self.warp = prepared, warp
        self.shows_teeth = warp.contours.gap > OWN_TEETH_GAP
        self.colors = estimate_mouth_colors(prepared, self._own_teeth_color() if self.shows_teeth else None)
        self.upper_row = paint_teeth_row(self.colors, prepared.unit, upper=True)
        self.lower_row = paint_teeth_row(self.colors, prepared.unit, upper=False)
        self.dim = torch.tensor((0.86, 0.84, 0.82, 1.0), device=prepared.device).view(4, 1, 1)  # of the lower teeth
        self.arch = max(0.5, min(1.2, warp.contours.half_width / 0.37))
        local = warp.frame.to_local(prepared.landmarks[[78, 13, 308], :2].T)
        self.sides = (float(local[0, 1] - local[0, 0]), float(local[0, 2] - local[0, 1]))
        self.middle = float(local[0, 1])

    def _own_teeth_color(self) -> Tensor:
        """Colour of the brightest third of the portrait's open mouth."""
        lips = self.warp.contours
        inside = lips.across.abs() < 0.6
        part = torch.linspace(0.2, 0.8, 9, device=self.prepared.device)[:, None]
        y = (lips.upper + part * (lips.lower - lips.upper))[:, inside]
        points = torch.stack((self.warp.curve_grid.x[inside].expand_as(y), y))
        colors = self.prepared.texture.at(self.warp.frame.to_pixels(points)).flatten(1)
        light = luminance(colors)
        return colors[:, light >= light.quantile(0.67)].mean(1)

    def paint(self, skull: Tensor, upper_lip: Tensor, lower_lip: Tensor, shape: MouthShape) -> Tensor:
        x = self._across(skull[0])
        y = skull[1]
        drop = JAW_DROP * shape.jaw
        color = self._cavity(x, y, upper_lip, lower_lip)
        color = self._tongue(color, x, y, drop, shape)
        lower_y = y - (LOWER_EDGE + drop) - 0.03 * x.square()
        lower = self._row(self.lower_row, x, lower_y) * self.dim
        hidden = shape.tongue * smoothstep((0.16 - x.abs()) / 0.08)
        color = _over(color, lower * (1 - 0.8 * hidden))
        if not self.shows_teeth:
            color = _over(color, self._row(self.upper_row, x, y - UPPER_EDGE + 0.05 * x.square()))
        color = color * self._light(x, y, upper_lip, lower_lip)
        return self._with_own_teeth(color, skull) if self.shows_teeth else color

    def _with_own_teeth(self, color: Tensor, skull: Tensor) -> Tensor:
        """Keep what the portrait's open mouth shows in its place."""
        lips = self.warp.contours
        upper, lower = self.warp.curve_grid.sample((lips.upper, lips.lower), skull[0])
        inside = torch.minimum(skull[1] - upper, lower - skull[1])
        cover = smoothstep((inside - 0.005) / 0.03)
        own = self.prepared.texture.at(self.warp.frame.to_pixels(skull))
        return color + cover * (own - color)

    def _across(self, x: Tensor) -> Tensor:
        """The teeth's own x: each side of the mouth stretched towards an average width, however the face is turned."""
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
        return self.colors.cavity.view(3, 1, 1) * light

    def _tongue(self, color: Tensor, x: Tensor, y: Tensor, drop: float, shape: MouthShape) -> Tensor:
        """The back of the tongue lies behind the lower teeth; its tip rises to the upper ones."""
        rest = 0.075 + 0.55 * drop
        tip = UPPER_EDGE - 0.03
        top = rest + shape.tongue * (tip - rest)
        half = 0.34 - 0.10 * shape.tongue
        surface = top + 0.55 * half * (x / half).square()
        depth = y - surface
        cover = smoothstep(depth / 0.025 + 0.5) * smoothstep((half * 1.3 - x.abs()) / 0.08)
        groove = 1 - 0.10 * fall_off(0.5 * (x / 0.02).square()) * (1 - shape.tongue)
        light = (0.65 + 0.40 * smoothstep(depth / 0.12)) * (1 - 0.25 * smoothstep((depth - 0.1) / 0.15)) * groove
        light = light * (0.85 + 0.15 * shape.tongue)
        return color + cover * (self.colors.tongue.view(3, 1, 1) * light - color)

    def _light(self, x: Tensor, y: Tensor, upper_lip: Tensor, lower_lip: Tensor) -> Tensor:
        under = smoothstep((y - upper_lip) / 0.055)
        above = smoothstep((lower_lip - y) / 0.04)
        corners = smoothstep((lower_lip - upper_lip) / 0.05)
        sideways = 1 + self.colors.slope * (x / 0.4).clamp(-1, 1)
        return (0.74 + 0.26 * under) * (0.88 + 0.12 * above) * (0.80 + 0.20 * corners) * sideways


def _over(color: Tensor, layer: Tensor) -> Tensor:
    """A premultiplied layer [4, H, W] over an opaque colour [3, H, W]."""
    return color * (1 - layer[3]) + layer[:3]
