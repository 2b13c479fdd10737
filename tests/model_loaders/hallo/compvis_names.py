"""The VAE's published diffusers names in CompVis's older layout."""

from __future__ import annotations

import torch


def to_compvis(name: str) -> str:
    """The published diffusers name in the older layout, rule by rule."""
    parts = name.split(".")
    if parts[1] == "mid_block":
        if parts[2] == "resnets":
            return ".".join([parts[0], "mid", f"block_{int(parts[3]) + 1}", *_norms(parts[4:])])
        attention = {"group_norm": "norm", "query": "q", "key": "k", "value": "v", "proj_attn": "proj_out"}
        return ".".join([parts[0], "mid", "attn_1", attention[parts[4]], parts[5]])
    if parts[1] in ("down_blocks", "up_blocks"):
        down = parts[1] == "down_blocks"
        level = parts[2] if down else str(3 - int(parts[2]))
        if parts[3] == "resnets":
            return ".".join([parts[0], "down" if down else "up", level, "block", parts[4], *_norms(parts[5:])])
        return ".".join([parts[0], "down" if down else "up", level, "downsample" if down else "upsample", *parts[5:]])
    return name.replace("conv_norm_out", "norm_out")


def _norms(parts: list[str]) -> list[str]:
    return ["nin_shortcut" if part == "conv_shortcut" else part for part in parts]


def as_convolution(name: str, tensor: torch.Tensor) -> torch.Tensor:
    attention = any(f".{kind}.weight" in name for kind in ("query", "key", "value", "proj_attn"))
    return tensor[..., None, None] if attention else tensor
