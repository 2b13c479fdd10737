"""Every loader refuses every faulty file in one sentence: which file, what is wrong, what to do."""

from __future__ import annotations

import pickle
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.arcface import ArcFace
from narrating_face.model_loaders.hallo import (
    load_any_hallo,
    load_arcface,
    load_hallo,
    load_vae,
    load_wav2vec2,
)
from narrating_face.model_loaders.hallo.combined import ENCODERS
from narrating_face.model_loaders.xtts import convert_checkpoint, load_networks
from safetensors.torch import load_file, save_file
from tiny_hallo_files import combined, diffusers_vae, hallo_tensors, write_wav2vec2
from tiny_xtts import small_state
from torch import Tensor

Content = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A loader, the content of a sound file, and words of the advice; faults go into the table ``inside``."""

    load: Callable[[Path], object]
    content: Callable[[Path], Content]
    advice: str
    inside: str | None = None

    def table(self, content: Content) -> Content:
        return content[self.inside] if self.inside else content


def wav2vec2(folder: Path) -> Content:
    """Tensors that are used; leaves the config.json of their sizes in ``folder``."""
    write_wav2vec2(folder)
    tensors = load_file(folder / "wav2vec2-base-960h.safetensors")
    return {name: tensor for name, tensor in tensors.items() if not name.startswith("lm_head.")}


def arcface(folder: Path) -> Content:
    return {name: tensor.half() for name, tensor in ArcFace((1, 1, 1, 1)).state_dict().items()}


CASES = {
    "xtts": Case(load_networks, lambda folder: small_state(), "coqui/XTTS-v2"),
    "xtts convert": Case(
        lambda path: convert_checkpoint(path, path.with_name("converted.safetensors")),
        lambda folder: {"model": small_state(), "config": {"gpt_n_heads": 4}},
        "coqui/XTTS-v2",
        "model",
    ),
    "hallo": Case(load_hallo, lambda folder: hallo_tensors(), "fudan-generative-ai/hallo"),
    "combined": Case(load_any_hallo, lambda folder: combined(), "narratingForYou", ENCODERS["video"]),
    "vae": Case(load_vae, lambda folder: dict(diffusers_vae()), "stabilityai/sd-vae-ft-mse"),
    "wav2vec2": Case(load_wav2vec2, wav2vec2, "facebook/wav2vec2-base-960h"),
    "arcface": Case(load_arcface, arcface, "iresnet100"),
}


def refusal(case: Case, path: Path) -> str:
    """The sentence that ``path`` is refused with."""
    with pytest.raises(InputError) as refused:
        case.load(path)
    sentence = str(refused.value)
    assert repr(path.name) in sentence and "\n" not in sentence and sentence.endswith(".") and len(sentence) < 420
    assert "weights_only" not in sentence, "no advice to run what is in the file"
    return sentence


LONG = {"hallo", "combined", "xtts convert"}  # thousands of tensors, and each file read twice


@pytest.fixture(params=[pytest.param(name, marks=[pytest.mark.slow] * (name in LONG)) for name in CASES])
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_sound_file_loads(case: Case, suffix: str, tmp_path: Path):
    """Without this the refusals below would show nothing."""
    content, path = case.content(tmp_path), tmp_path / f"model{suffix}"
    if suffix == ".safetensors":
        if case.inside:
            pytest.skip("a .safetensors file has no tables within")
        save_file(content, path, metadata={"gpt_n_heads": "4"})
    else:
        torch.save(content, path)
    assert case.load(path)


def first(table: dict[str, Tensor]) -> str:
    """A tensor with numbers in it, the same in every run."""
    return min(name for name, tensor in table.items() if tensor.is_floating_point() and tensor.ndim)


def without(table: Content, name: str) -> Content:
    return {key: value for key, value in table.items() if key != name}


FAULTY_TABLES: dict[str, tuple[Callable[[Content], Any], str]] = {
    "a missing tensor": (lambda table: without(table, first(table)), "lacks '"),
    "an unknown tensor": (lambda table: table | {"unet.weight": torch.zeros(2)}, "holds 'unet.weight', which"),
    "a wrong shape": (lambda table: table | {first(table): torch.zeros(3, 1, 4, 1, 5)}, "shape"),
    "integers": (lambda table: table | {first(table): table[first(table)].int()}, "floating-point"),
    "scalars": (lambda table: {name: torch.zeros(()) for name in table}, "shape|layers|lacks"),
    "another model": (lambda table: {"unet.weight": torch.zeros(2)}, "lacks"),
    "nothing": (lambda table: {}, "lacks|no weights"),
}


@pytest.mark.parametrize("fault", FAULTY_TABLES)
def test_a_faulty_table_of_tensors(case: Case, fault: str, tmp_path: Path):
    change, words = FAULTY_TABLES[fault]
    content, path = case.content(tmp_path), tmp_path / "model.pth"
    changed = change(case.table(content))
    torch.save(content | {case.inside: changed} if case.inside else changed, path)
    sentence = refusal(case, path)
    assert re.search(words, sentence) and case.advice in sentence


@pytest.mark.parametrize("table", [[1, 2], {"a": 1}, {"a": [torch.zeros(1)]}, {3: torch.zeros(1)}, 7])
def test_a_table_of_other_things(case: Case, table: Any, tmp_path: Path):
    content, path = case.content(tmp_path), tmp_path / "model.pth"
    torch.save(content | {case.inside: table} if case.inside else table, path)
    assert "get it from" in refusal(case, path) or "use any" in refusal(case, path)


class Hostile:
    """Leaves a file behind when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("hostile-was-here"),)


@pytest.mark.parametrize("form", ["archive", "old archive", "bare pickle"])
def test_nothing_in_a_file_is_run(case: Case, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    content, path = case.content(tmp_path) | {"extra": Hostile()}, tmp_path / "model.pth"
    if form == "bare pickle":
        path.write_bytes(pickle.dumps(content["extra"]))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form == "archive")
    sentence = refusal(case, path)
    assert ("holds pickled code ('" if form == "archive" else "cut short, of another format") in sentence
    assert not (tmp_path / "hostile-was-here").exists()


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_file(case: Case, suffix: str, share: float, tmp_path: Path):
    whole, path = tmp_path / f"whole{suffix}", tmp_path / f"model{suffix}"
    content = case.content(tmp_path)
    if suffix == ".pth":
        torch.save(content, whole)
    else:
        save_file(case.table(content), whole)
    data = whole.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    assert "damaged" in refusal(case, path)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_files_of_another_kind(case: Case, suffix: str, tmp_path: Path):
    path = tmp_path / f"model{suffix}"
    assert "does not exist" in refusal(case, path)
    path.write_text("version https://git-lfs.github.com/spec/v1")
    assert "damaged" in refusal(case, path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "damaged" in refusal(case, path)
