"""Every layout of an XTTS-v2 checkpoint gives the same networks; sizes and vocabularies that do not fit are refused."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.voice.xtts.config import XTTSConfig
from narrating_face.core.voice.xtts.linear_packed import PackedLinear
from narrating_face.core.voice.xtts.model import XTTSNets
from narrating_face.model_loaders.xtts import convert_checkpoint, load_networks, load_voice
from narrating_face.model_loaders.xtts.check import xtts_shapes
from safetensors import safe_open
from safetensors.torch import save_file
from tiny_xtts import DATA, TINY, random_state, small_state, write_checkpoint, write_vocabulary
from torch import Tensor
from xtts_pickled import pickled_config, save_with_objects

State = dict[str, Any]
CONFIG = {"model_args": {"gpt_n_heads": 4}}


def test_the_full_size_needs_exactly_the_published_keys():
    published = json.loads((DATA / "manifest.json").read_text())
    assert {key: list(shape) for key, shape in xtts_shapes(XTTSConfig()).items()} == {
        key: shape for key, (shape, _) in published.items()
    }


def old_weight_norm(state: State) -> State:
    names = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    renamed = {}
    for key, value in state.items():
        for new, old in names.items():
            key = key.replace(new, old)
        renamed[key] = value
    return renamed


def trainer(state: State) -> State:
    extra = {"dvae.encoder.weight": torch.zeros(3), "torch_mel_spectrogram_dvae.mel_stft.window": torch.zeros(4)}
    return {f"xtts.{key}": value for key, value in state.items()} | {
        f"xtts.{key}": value for key, value in extra.items()
    }


def with_copies_and_masks(state: State) -> State:
    copies = {"gpt.gpt.wte.weight": torch.zeros(130, 96), "gpt.gpt_inference.lm_head.1.bias": torch.zeros(130)}
    masks = {"gpt.gpt.h.0.attn.bias": torch.ones(1, 1, 4, 4), "gpt.gpt.h.0.attn.masked_bias": torch.tensor(-1e4)}
    return state | copies | masks


LAYOUTS: dict[str, Callable[[State], Any]] = {
    "dict config": lambda state: {"model": state, "config": CONFIG},
    "fine-tune": lambda state: {"model": trainer(state), "config": CONFIG, "step": 3, "scaler": None, "date": "today"},
    "old weight norm": lambda state: {"model": old_weight_norm(state), "config": CONFIG},
    "copies and masks": lambda state: {"model": with_copies_and_masks(state), "config": CONFIG},
}


def weights(nets: XTTSNets) -> dict[str, Tensor]:
    """Every tensor, the packed ones unpacked."""
    packed = {f"{name}.weight": layer.weight for name, layer in nets.named_modules() if isinstance(layer, PackedLinear)}
    state = nets.state_dict() | packed
    assert sum(key.startswith("gpt.stack.h.") and ".c_" in key for key in state) == 8 * nets.config.gpt.layers
    return state


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tensor]:
    """What the plain safetensors file gives."""
    return weights(load_networks(write_checkpoint(tmp_path_factory.mktemp("plain"), small_state())))


def same(path: Path, plain: dict[str, Tensor]) -> bool:
    """Does the file give the very networks that the plain one gives?"""
    write_vocabulary(path.parent)
    loaded = weights(load_voice(path).engine.nets)
    return plain.keys() == loaded.keys() and all(torch.equal(plain[key], loaded[key]) for key in plain)


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_of_pth_files(tmp_path: Path, plain: dict[str, Tensor], layout: str):
    torch.save(LAYOUTS[layout](small_state()), tmp_path / "model.pth")
    assert same(tmp_path / "model.pth", plain)


def test_the_published_layout_with_its_pickled_objects(
    tmp_path: Path, plain: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
):
    save_with_objects({"model": small_state(), "config": pickled_config()}, tmp_path / "model.pth", monkeypatch)
    with pytest.raises(pickle.UnpicklingError):
        torch.load(tmp_path / "model.pth", weights_only=True)
    assert same(tmp_path / "model.pth", plain)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_bare_state_dict(tmp_path: Path, suffix: str):
    """Without any configuration a head is 64 wide."""
    state = random_state()
    path = tmp_path / f"model{suffix}"
    if suffix == ".pth":
        torch.save(state, path)
    else:
        save_file(state, path)
    assert load_networks(path).config.gpt.heads == TINY.gpt.width // 64


def test_half_precision_is_widened(tmp_path: Path):
    state = {key: value.half() if value.is_floating_point() else value for key, value in small_state().items()}
    nets = load_networks(write_checkpoint(tmp_path, state))
    assert {p.dtype for p in nets.parameters()} == {torch.float32}


def test_converting_keeps_every_needed_tensor(tmp_path: Path, plain: dict[str, Tensor]):
    torch.save({"model": trainer(small_state()), "config": CONFIG}, tmp_path / "model.pth")
    count = convert_checkpoint(tmp_path / "model.pth", tmp_path / "model.safetensors")
    assert count == len(small_state())
    with safe_open(str(tmp_path / "model.safetensors"), framework="pt") as file:
        assert set(file.keys()) == set(small_state())
    assert same(tmp_path / "model.safetensors", plain)


def another_head_count(heads: Any) -> Callable[[State], Any]:
    return lambda state: {"model": state, "config": {"model_args": {"gpt_n_heads": heads}}}


WRONG: dict[str, tuple[Callable[[State], Any], str]] = {
    "no mel_stats": (lambda state: without(state, "mel_stats"), "lacks 'mel_stats'"),
    "a missing layer": (lambda state: without(state, "gpt.gpt.h.1.mlp.c_fc.weight"), "lacks 'gpt.gpt.h.1.mlp.c_fc"),
    "a scalar table": (lambda state: state | {"gpt.mel_embedding.weight": torch.zeros(())}, "impossible shapes"),
    "no tensors": (lambda state: {"model": {"a": 1}}, "no weights"),
    "no heads": (another_head_count(0), "gpt_n_heads 0 where"),
    "negative heads": (another_head_count(-4), "gpt_n_heads -4 where"),
    "heads in words": (another_head_count("four"), "gpt_n_heads 'four' where"),
    "heads that do not divide the width": (another_head_count(5), "width 96 and 5 heads"),
}


def without(state: State, key: str) -> State:
    return {name: value for name, value in state.items() if name != key}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, case: str):
    change, words = WRONG[case]
    torch.save(change(small_state()), tmp_path / "model.pth")
    with pytest.raises(InputError, match=f"'model.pth' .*{words}.*coqui/XTTS-v2"):
        load_networks(tmp_path / "model.pth")


@pytest.mark.parametrize("content", [None, "", "{}", "not json", '{"model": 3}'])
def test_a_missing_or_wrong_vocabulary(tmp_path: Path, content: str | None):
    path = write_checkpoint(tmp_path, random_state())
    (tmp_path / "vocab.json").unlink()
    if content is not None:
        (tmp_path / "vocab.json").write_text(content)
    with pytest.raises(InputError, match=r"vocab"):
        load_voice(path)


def test_a_vocabulary_of_a_larger_model(tmp_path: Path):
    state: dict[str, Tensor] = random_state()
    for key in ("gpt.text_embedding.weight", "gpt.text_head.weight", "gpt.text_head.bias"):
        state[key] = state[key][:100].clone()
    with pytest.raises(InputError, match="100 text tokens"):
        load_voice(write_checkpoint(tmp_path, state))


def test_precision_is_one_of_three(tmp_path: Path):
    with pytest.raises(InputError, match="float16, int8"):
        load_networks(write_checkpoint(tmp_path, random_state()), "int4")


@pytest.mark.parametrize("precision", ["float16", "int8"])
def test_rounded_weights_are_not_trained(tmp_path: Path, precision: str):
    with pytest.raises(InputError, match=f"{precision}, in which weights cannot be trained"):
        load_networks(write_checkpoint(tmp_path, random_state()), precision, trainable=True)
