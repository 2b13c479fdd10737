"""Eyelids and gaze of one eye.

In: source points [2, H, W] (crop pixels) of a box around the eye, blink 0..1, gaze -1..1. Out: colour [3, H, W].
The eye has two layers: an eyeball whose hidden parts are filled once (the iris by concentric rings, the white by its
surroundings) and lids of the portrait's own skin, which slide over it until they meet just above the lower lid. The
upper lid unfolds as it falls: its crease and the shadow under it give way to smooth skin.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .box import Box, box_around
from .geometry import (
    CurveGrid,
    blur_curve,
    fall_off,
    frame_between,
    smoothstep,
)
from .inpainting import blur, fill_unknown
from .prepared_portrait import PreparedPortrait
from .texture import sharp_texture, smooth_texture

# Lengths are inter-ocular distances.
LASHES = 0.012
LID_EDGE, LASH_EDGE = 0.025, 0.04  # lower and upper rim of the eye, darkened by lids and lashes: not part of the ball
LOWER_LID_RISE = 0.18  # of the eye's opening
CREASE = 0.13  # height above the eye within which the folded lid lies
UNFOLDED = 0.92  # share of the fold that a full blink smooths
MAX_CLOSED_OPENING = 0.045


class Eye:
    """One eye; ``upper``, ``lower``, ``brow`` and ``iris`` are vertices of ``core.face.topology``."""

    def __init__(
        self,
        prepared: PreparedPortrait,
        upper: Sequence[int],
        lower: Sequence[int],
        brow: Sequence[int],
        iris: Sequence[int],
    ) -> None:
        self.prepared = prepared
        points = prepared.landmarks[:, :2]
        left, right = points[upper[0]], points[upper[-1]]
        self.frame = frame_between(left, right, (left + right) / 2, prepared.unit)
        local = self.frame.to_local(points.T)
        self.curve_grid = CurveGrid(0.6, prepared.device)
        self._prepare_lids(local, upper, lower, brow)
        self.center = points[iris[0]]
        self.radius = float((points[list(iris[1:])] - self.center).norm(dim=1).mean())
        self.box = self._box(local, brow)
        around = self.box.grown(int(0.1 * prepared.unit), prepared.box.width, prepared.box.height)
        self.ball = sharp_texture(self._eyeball(), around)
        self.unfolded = smooth_texture(self._smooth_skin(), around)

    def _prepare_lids(self, local: Tensor, upper: Sequence[int], lower: Sequence[int], brow: Sequence[int]) -> None:
        x = self.curve_grid.x
        top = self.curve_grid.contour(local[:, list(upper)], smoothing=0.012)
        bottom = self.curve_grid.contour(local[:, list(lower)], smoothing=0.012)
        self.half = float(local[0, upper[-1]] - local[0, upper[0]]) / 2
        inside = smoothstep((self.half * 1.02 - x.abs()) / (0.15 * self.half))
        middle = (top + bottom) / 2
        self.top, self.bottom = middle + inside * (top - middle), middle + inside * (bottom - middle)
        self.opening = float((self.bottom - self.top).max())
        order = local[0, list(brow)].argsort()
        self.brow = self.curve_grid.contour(local[:, list(brow)][:, order], smoothing=0.05) + 0.02
        self.brow = torch.minimum(self.brow, self.top - 0.12)

    @property
    def closed(self) -> bool:
        """Whether the portrait's eye is shut."""
        return self.opening < MAX_CLOSED_OPENING

    def _box(self, local: Tensor, brow: Sequence[int]) -> Box:
        x = torch.tensor((-self.half - 0.1, self.half + 0.1), device=local.device)
        y = torch.tensor((float(self.brow.min()), float(self.bottom.max()) + 0.28), device=local.device)
        corners = torch.stack((x[[0, 1, 0, 1]], y[[0, 0, 1, 1]]))
        return box_around(self.frame.to_pixels(corners), self.prepared.box.width, self.prepared.box.height)

    def _eyeball(self) -> Tensor:
        """The crop's pixels with the eyeball completed behind its lids: [3, h, w]."""
        rows, columns = self.box.slices
        points = self.box.pixels(self.prepared.device)
        color = self.prepared.pixels[:, rows, columns]
        known = self._visible(points)
        filled = self._fill_iris(color, known, points)
        ball = self.prepared.pixels.clone()
        ball[:, rows, columns] = filled
        return ball

    def _smooth_skin(self) -> Tensor:
        """The crop's pixels with eye and fold replaced by the skin around them: [3, h, w]."""
        rows, columns = self.box.slices
        color = self.prepared.pixels[:, rows, columns]
        x, y = self.frame.to_local(self.box.pixels(self.prepared.device))
        top, bottom, brow = self.curve_grid.sample((self.top, self.bottom, self.brow), x)
        fold = (y > torch.maximum(top - CREASE, brow + 0.04)) & (y < bottom + 0.05) & (x.abs() < self.half + 0.04)
        skin = self.prepared.pixels.clone()
        skin[:, rows, columns] = fill_unknown(color, ~fold, 0.12 * self.prepared.unit)
        return skin

    def _visible(self, points: Tensor) -> Tensor:
        x, y = self.frame.to_local(points)
        top, bottom = self.curve_grid.sample((self.top, self.bottom), x)
        return (y > top + LASH_EDGE) & (y < bottom - LID_EDGE) & (x.abs() < 0.85 * self.half)

    def _fill_iris(self, color: Tensor, known: Tensor, points: Tensor) -> Tensor:
        distance = (points - self.center.view(2, 1, 1)).norm(dim=0) / self.radius
        iris = distance < 1.15
        white = fill_unknown(color, known & (distance > 1.25), self.radius)
        bins = (distance * 8).long().clamp(max=10)
        rings = white.clone()
        for ring in range(10):
            inside = (bins == ring) & iris
            visible = inside & known
            if bool(visible.any()):
                rings[:, inside] = color[:, visible].mean(1, keepdim=True)
        soft = smoothstep((1.15 - distance) / 0.15)
        hidden = white + soft * (blur(rings, 0.12 * self.radius) - white)
        own = smoothstep(2 * blur(known.float()[None], 0.15 * self.radius) - 1)  # fades out towards the hidden parts
        return hidden + own * (color - hidden)

    def render(self, source: Tensor, plain: Tensor, blink: float, gaze_x: float, gaze_y: float) -> Tensor:
        """The eye's colour [3, H, W]; ``source`` [2, H, W] and ``plain`` [3, H, W] are the source points and the colour
        without movement of lids and gaze."""
        x, y = self.frame.to_local(source)
        upper_shift, lower_shift = self._lid_shifts(blink, 0.30 * gaze_y * (1 - blink))
        curves = (self.top, self.bottom, upper_shift, blur_curve(upper_shift, 14), lower_shift, self.brow)
        top, bottom, upper_move, skin_move, lower_move, brow = self.curve_grid.sample(curves, x)
        new_top, new_bottom = top + LASHES + upper_move, bottom + lower_move
        skin = smooth_rise((y - brow) / (new_top - brow).clamp_min(0.02))
        upper_y = torch.minimum(y - skin_move * skin, top + LASHES)
        lower_y = torch.maximum(y - lower_move * smoothstep((new_bottom + 0.22 - y) / 0.22), bottom)
        upper, lower = self._lids(x, upper_y, lower_y)
        if blink:
            unfolding = smoothstep((y - top + CREASE) / 0.08) * smoothstep((new_top - y - 0.005) / 0.03)
            upper = torch.lerp(upper, self.unfolded.at(source), UNFOLDED * blink * unfolding)
        sharpness = self.prepared.unit / max(1.5, 0.012 * self.prepared.unit)
        below = smoothstep((y - new_bottom) * sharpness + 0.5)
        above = smoothstep((new_top - y) * sharpness + 0.5)
        ball = self._moved_ball(source, plain, _lid_shade(y, new_top, new_bottom), (gaze_x, gaze_y))
        color = torch.lerp(torch.lerp(ball, lower, below), upper, above)
        if blink:
            ends = smoothstep((self.half - x.abs()) / 0.06)
            color = color * (1 - 0.4 * blink * fall_off(((y - new_top) / 0.011) ** 2) * ends)
        return color

    def _lid_shifts(self, blink: float, follow: float) -> tuple[Tensor, Tensor]:
        """How far both lids have moved: curves [CURVE_SAMPLES]. The upper lid also follows the gaze up and down."""
        meeting = self.bottom - LOWER_LID_RISE * (self.bottom - self.top)
        return (meeting - self.top) * (blink + follow), (meeting - self.bottom) * blink

    def _lids(self, x: Tensor, upper: Tensor, lower: Tensor) -> tuple[Tensor, Tensor]:
        """The portrait's colours [3, H, W] at (x, upper) and (x, lower), both [H, W] in the eye's frame."""
        points = torch.stack((x, x, upper, lower)).view(2, -1, x.shape[1])  # [2, 2 H, W]
        upper_color, lower_color = self.prepared.texture.at(self.frame.to_pixels(points)).chunk(2, 1)
        return upper_color, lower_color

    def _moved_ball(self, points: Tensor, plain: Tensor, shade: Tensor, gaze: tuple[float, float]) -> Tensor:
        """The eyeball [3, H, W], moved with the iris near it and unchanged elsewhere."""
        reach_x = max(0.0, self.half * self.prepared.unit - 0.9 * self.radius) * 0.9
        reach_y = 0.55 * self.radius
        local = torch.tensor((gaze[0] * reach_x, gaze[1] * reach_y), device=points.device)
        moved = min(1.0, float(local.norm()) / (0.12 * self.radius))
        if moved == 0:
            return plain
        offset = self.frame.vector_to_pixels(local / self.prepared.unit)
        center = self.center + offset
        distance = torch.hypot(points[0] - center[0], points[1] - center[1]) / self.radius
        weight = smoothstep((3.2 - distance) / 2.1)
        ball = self.ball.at(points - offset.view(2, 1, 1) * weight)
        return plain + moved * smoothstep((3.2 - distance) / 0.8) * (ball * shade - plain)


def _lid_shade(y: Tensor, top: Tensor, bottom: Tensor) -> Tensor:
    """Shading factor [H, W] of lids and lashes on the eyeball."""
    upper = 0.35 * fall_off((y - top).clamp_min(0) / 0.03)
    return (1 - upper) * (1 - 0.25 * fall_off((bottom - y).clamp_min(0) / 0.015))


def smooth_rise(value: Tensor) -> Tensor:
    """0 below 0, 1 above 1; smooth only at 0."""
    value = value.clamp(0, 1)
    return value * (0.6 + 0.4 * value * (2 - value))
