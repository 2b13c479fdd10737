"""XTTS-v2 from the command line: speak and convert."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from narrating_face.cli import main
from narrating_face.core.media import read_audio
from narrating_face.model_loaders.xtts import load_networks
from tiny_xtts import NEEDS_FBGEMM, random_state, write_vocabulary


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    torch.save({"model": random_state(), "config": {"gpt_n_heads": 4}}, folder / "model.pth")
    write_vocabulary(folder)
    return folder / "model.pth"


SPEAKING = ["float32", *(pytest.param(name, marks=[NEEDS_FBGEMM, pytest.mark.slow]) for name in ("float16", "int8"))]


@pytest.mark.parametrize("precision", SPEAKING)
def test_speak(tmp_path: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str], precision: str):
    out = tmp_path / "speech.wav"
    options = ("--family", "full", "--xtts", checkpoint, "--language", "en", "--precision", precision)
    assert run("speak", *options, "--text", "A story.", "--out", out) == 0
    waveform, rate = read_audio(out)
    assert rate == 24_000 and torch.isfinite(waveform).all()
    assert "decode speech" in capsys.readouterr().err


def test_what_the_full_family_needs_is_said(tmp_path: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "speech.wav"
    for options, words in (
        (("--family", "full"), "--xtts"),
        (("--family", "full", "--xtts", tmp_path / "absent.pth"), "vocab.json"),
        (("--family", "full", "--xtts", checkpoint, "--language", "it"), "language is 'it'"),
        (("--language", "it"), "the starter's voice speaks only en"),
    ):
        assert run("speak", *options, "--text", "A story.", "--out", out) == 2
        assert words in capsys.readouterr().err
    assert not out.exists()


def test_convert(tmp_path: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "model.safetensors"
    assert run("convert", checkpoint, "--out", out) == 0
    assert f"{len(random_state())} tensors" in capsys.readouterr().out
    assert load_networks(out).config == load_networks(checkpoint).config
    (tmp_path / "broken.pth").write_bytes(b"PK")
    assert run("convert", tmp_path / "broken.pth", "--out", tmp_path / "no.safetensors") == 2
    assert not (tmp_path / "no.safetensors").exists()
