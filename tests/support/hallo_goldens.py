"""Inputs and outputs of the reference, and the rule that makes its test weights again.

``goldens.safetensors`` holds ``<case>/in/<name>`` and ``<case>/out/<name>``. A weight follows from its name alone:
splitmix64 of crc32(name) and the index, scaled by the fan-in, rounded to half precision.
"""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from narrating_face.core.face.hallo.audio_module import RegionMasks
from narrating_face.core.face.hallo.config import UNetConfig, VAEConfig
from safetensors.torch import load_file
from torch import Tensor, nn

Net = TypeVar("Net", bound=nn.Module)
DATA = Path(__file__).parents[1] / "data" / "hallo"
UNET = UNetConfig(channels=(32, 32, 64, 64), context=24, audio=16)
SMALL_VAE = VAEConfig(channels=(32, 32, 32, 64))


@cache
def goldens() -> dict[str, Tensor]:
    return load_file(str(DATA / "goldens.safetensors"))


def uniform(key: str, count: int) -> np.ndarray:
    """Reproducible numbers in -1..1."""
    with np.errstate(over="ignore"):
        x = (np.uint64(zlib.crc32(key.encode())) << np.uint64(32)) + np.arange(count, dtype=np.uint64)
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - np.float32(1)


def tensor(key: str, *shape: int, scale: float = 3**0.5, offset: float = 0.0) -> Tensor:
    """An input of the reference's tests."""
    values = torch.from_numpy(uniform(key, int(np.prod(shape)))) * scale + offset
    return values.reshape(shape).half().float()


def weight(key: str, name: str, shape: torch.Size) -> Tensor:
    if len(shape) >= 2:
        fan_in = shape.numel() / shape[0]
        return tensor(key, *shape, scale=(3 / fan_in) ** 0.5)
    return tensor(key, *shape, scale=0.1, offset=1.0 if name.endswith("weight") else 0.0)


def filled(net: Net, prefix: str) -> Net:
    """``net`` with the weights that the reference's tests gave to ``prefix``."""
    state = {
        name: value if name.endswith("pos_encoder.pe") else weight(f"{prefix}/{name}", name, value.shape)
        for name, value in net.state_dict().items()
    }
    net.load_state_dict(state, strict=True)
    return net.eval().requires_grad_(False)


def masks(case: str) -> tuple[RegionMasks, ...]:
    found = goldens()
    kinds = ("full", "face", "lip")
    return tuple(RegionMasks(*(found[f"{case}/in/mask_{kind}_{level}"] for kind in kinds)) for level in range(4))


def difference(one: Tensor, other: Tensor) -> float:
    assert one.shape == other.shape, (one.shape, other.shape)
    return (one.float() - other.float()).abs().max().item()
