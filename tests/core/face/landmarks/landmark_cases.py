"""The pictures on which the landmarks are compared with the official runtime."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def all_cases(picture: Callable[[str], Tensor]) -> dict[str, Tensor]:
    """Images [1, 3, H, W] by name: whole portraits, letterboxed ones, a face at the edge, two faces."""
    names = ("man", "woman", "elf_closed_eyes_400", "man_glasses_350", "woman_smiling_400")
    cases = {name: picture(name) for name in names}
    return cases | {
        "wide": cases["woman_smiling_400"][:, :, 60:330],
        "tall": cases["man_glasses_350"][..., 60:290],
        "cut by the edge": cases["man"][..., 130:],
        "two": torch.cat([cases["man"], cases["woman_smiling_400"]], dim=3),
    }
