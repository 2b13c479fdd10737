"""Mouth colours: what the portrait does not show, lit like what it shows.

In: the prepared portrait. Out: colours [3] 0..255 for teeth, gums, tongue and cavity, and the slope of the light from
the left to the right of the mouth. Brightness and warmth of white come from the whites of the eyes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .. import topology
from .prepared_portrait import PreparedPortrait

LUMINANCE = (0.299, 0.587, 0.114)
IVORY = (1.00, 0.97, 0.91)
FLESH = (0.86, 0.46, 0.45)
CAVITY = (0.22, 0.075, 0.075)


@dataclass(frozen=True)
class MouthColors:
    """Colours [3] in 0..255; ``slope`` is the relative change of brightness from the middle to the right corner."""

    tooth: Tensor
    gum: Tensor
    tongue: Tensor
    cavity: Tensor
    slope: float


def luminance(colors: Tensor) -> Tensor:
    """Colours [3, ...] -> [...]."""
    return torch.einsum("c,c...->...", colors.new_tensor(LUMINANCE), colors)


def estimate_mouth_colors(prepared: PreparedPortrait, own_teeth: Tensor | None) -> MouthColors:
    """``own_teeth`` is the colour [3] of the teeth that the portrait shows, None if it shows none."""
    skin_left = _around(prepared, topology.CHEEKS_LEFT)
    skin_right = _around(prepared, topology.CHEEKS_RIGHT)
    skin = (skin_left + skin_right) / 2
    lips = _around(prepared, (*topology.LIPS_OUTER_LOWER[3:8], *topology.LIPS_INNER_LOWER[3:8]))
    white = _eye_white(prepared, skin)
    level = luminance(white)
    tint = 0.35 + 0.40 * white / level.clamp_min(1) + 0.25 * skin / luminance(skin).clamp_min(1)
    tooth = 1.08 * level * tint * skin.new_tensor(IVORY) if own_teeth is None else own_teeth
    flesh = level * tint * skin.new_tensor(FLESH)
    tongue = 0.6 * flesh + 0.4 * lips
    cavity = 0.75 * level * tint * skin.new_tensor(CAVITY) + 0.10 * lips
    ratio = float((luminance(skin_right) + 8) / (luminance(skin_left) + 8))
    slope = max(-0.2, min(0.2, 0.35 * (ratio - 1)))
    return MouthColors(tooth, 0.95 * flesh, tongue, cavity, slope)


def _around(prepared: PreparedPortrait, vertices: tuple[int, ...]) -> Tensor:
    """Mean colour [3] around landmarks."""
    points = prepared.landmarks[list(vertices), :2].T  # [2, n]
    ring = torch.linspace(-0.03, 0.03, 5, device=prepared.device) * prepared.unit
    offsets = torch.stack(torch.meshgrid(ring, ring, indexing="xy")).flatten(1)  # [2, 25]
    return prepared.texture.at(points[:, :, None] + offsets[:, None]).mean((1, 2))


def _eye_white(prepared: PreparedPortrait, skin: Tensor) -> Tensor:
    """Colour of the brightest fifth of both eyes, limited to what is plausible beside the skin."""
    colors = []
    for upper, lower in (
        (topology.EYE_UPPER_LEFT, topology.EYE_LOWER_LEFT),
        (topology.EYE_UPPER_RIGHT, topology.EYE_LOWER_RIGHT),
    ):
        top, bottom = prepared.landmarks[list(upper), :2], prepared.landmarks[list(lower), :2]
        parts = torch.linspace(0.25, 0.75, 7, device=prepared.device).view(-1, 1, 1)
        points = (top + parts * (bottom - top)).permute(2, 0, 1)  # [2, 7, 9]
        colors.append(prepared.texture.at(points).flatten(1))
    found = torch.cat(colors, dim=1)
    light = luminance(found)
    white = found[:, light >= light.quantile(0.8)].mean(1)
    around = float(luminance(skin))
    low = min(1.2 * around, max(195.0, 1.03 * around))  # teeth are never darker than fair skin
    high = max(low, min(215.0, 1.8 * around + 25))
    level = 1.1 * float(luminance(white))
    return white * (min(max(level, low), high) / max(level / 1.1, 1.0))
