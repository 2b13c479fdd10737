"""Files of the published size with exactly the published keys, full of random values, in both layouts."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from math import prod
from pathlib import Path

import pytest
import torch
from narrating_face.core.voice.xtts.config import XTTSConfig
from narrating_face.core.voice.xtts.model import XTTSNets
from narrating_face.model_loaders.xtts import load_networks
from tiny_xtts import DATA, PRECISIONS
from torch import Tensor
from xtts_pickled import pickled_config, save_with_objects

pytestmark = pytest.mark.slow
SIZES = {"float32": 4, "int64": 8}
NAMES = {"float32": "F32", "int64": "I64"}
POOL = 1 << 23  # random values that all tensors are cut from; the largest has 6.8 million
LARGEST_KEY = "gpt.text_embedding.weight"


def manifest() -> dict[str, tuple[list[int], str]]:
    return json.loads((DATA / "manifest.json").read_text())


def values() -> Iterator[tuple[str, Tensor]]:
    """Every published key with values of its own place in one pool: random, and quickly made."""
    pool = 0.02 * torch.randn(POOL, generator=torch.Generator().manual_seed(0))
    for index, (key, (shape, kind)) in enumerate(manifest().items()):
        count = prod(shape)
        start = (index * 7919) % (POOL - count + 1)
        value = pool[start : start + count].view(shape)
        positive = key.endswith(("running_var", "original0", "mel_stats"))
        yield key, torch.zeros(shape).long() if kind == "int64" else value.abs() + 0.5 if positive else value


def write_safetensors(path: Path) -> None:
    header, end = {}, 0
    for key, (shape, kind) in manifest().items():
        start, end = end, end + prod(shape) * SIZES[kind]
        header[key] = {"dtype": NAMES[kind], "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    assert end == 1_867_602_540
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, value in values():
            file.write(value.contiguous().numpy().data)


def check(nets: XTTSNets) -> None:
    """Every size was read right, every tensor was filled, and the GPT computes with them."""
    assert nets.config == XTTSConfig()
    assert not any(tensor.is_meta for tensor in nets.state_dict().values())
    expected = dict(values())
    assert torch.equal(nets.gpt.text_embedding.weight, expected[LARGEST_KEY])
    assert torch.equal(nets.speaker_encoder.embed.weight, expected["hifigan_decoder.speaker_encoder.fc.weight"])
    with torch.inference_mode():
        latents = nets.gpt(torch.randn(1, 32, 1024), torch.tensor([[5, 9, 7]]), torch.tensor([[3, 8]])).latents
    assert latents.shape == (1, 2, 1024) and latents.isfinite().all()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_published_key_is_consumed(tmp_path: Path, precision: str):
    path = tmp_path / "model.safetensors"
    try:
        write_safetensors(path)
        check(load_networks(path, precision))
    finally:
        path.unlink()


def test_the_published_layout_at_full_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """torch.save with the configuration as objects, read by the restricted unpickler."""
    path = tmp_path / "model.pth"
    try:
        state = {key: value.clone() for key, value in values()}
        save_with_objects({"model": state, "config": pickled_config(16)}, path, monkeypatch)
        assert path.stat().st_size > 1_867_602_540
        del state
        nets = load_networks(path)
        check(nets)
        weight = nets.gpt.get_parameter("stack.h.29.mlp.c_fc.weight")
        assert torch.equal(weight, dict(values())["gpt.gpt.h.29.mlp.c_fc.weight"].t())
    finally:
        path.unlink(missing_ok=True)
