"""A file of the published size with exactly the published keys, empty so that it costs no disk."""

from __future__ import annotations

import json
import struct
from math import prod
from pathlib import Path

import pytest
import torch
from narrating_face.core.voice.xtts.config import XTTSConfig
from narrating_face.model_loaders.xtts import load_networks
from xtts_small import DATA

SIZES = {"float32": 4, "int64": 8}
NAMES = {"float32": "F32", "int64": "I64"}


def write_empty(path: Path) -> int:
    """A sparse .safetensors file with every key of the manifest; how many bytes its tensors have."""
    header, end = {}, 0
    for key, (shape, kind) in json.loads((DATA / "manifest.json").read_text()).items():
        start, end = end, end + prod(shape) * SIZES[kind]
        header[key] = {"dtype": NAMES[kind], "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)
    return end


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_every_published_key_is_consumed(tmp_path: Path, precision: str):
    assert write_empty(tmp_path / "model.safetensors") == 1_867_602_540
    nets = load_networks(tmp_path / "model.safetensors", precision)
    assert nets.config == XTTSConfig()
    assert not any(tensor.is_meta for tensor in nets.state_dict().values())
    with torch.inference_mode():
        latents = nets.gpt(
            torch.zeros(1, 32, 1024), torch.zeros(1, 3, dtype=torch.long), torch.zeros(1, 2).long()
        ).latents
    assert latents.shape == (1, 2, 1024) and not latents.isnan().any()
