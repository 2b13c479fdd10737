"""XTTS-v2 from the command line: speak, convert, and the benchmark's measuring on a tiny model."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from narrating_face.benchmarks.random_weights import write_random
from narrating_face.benchmarks.xtts import described, measure
from narrating_face.benchmarks.xtts_reference_loop import ReferenceLoop
from narrating_face.cli import main
from narrating_face.core.media import read_audio
from narrating_face.core.voice.xtts.decoding import DecodingRequest, decode_batch
from narrating_face.core.voice.xtts.sampling import SpeechSampling
from narrating_face.model_loaders.xtts import load_networks
from tiny_xtts import PRECISIONS, TINY, goldens, random_state, small_state, write_checkpoint, write_vocabulary


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    torch.save({"model": random_state(), "config": {"gpt_n_heads": 4}}, folder / "model.pth")
    write_vocabulary(folder)
    return folder / "model.pth"


@pytest.mark.parametrize("precision", PRECISIONS)
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
        (("--language", "it"), "starter family speaks en alone"),
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


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_benchmark_measures_and_describes(tmp_path: Path, precision: str):
    write_random(tmp_path / "random.safetensors", TINY)
    measurements = measure(tmp_path / "random.safetensors", precision, 16)
    assert all(math.isfinite(value) for value in measurements.values())
    assert measurements["alone"] > 0 and measurements["first"] <= measurements["last"]
    assert (measurements["error"] == 0) == (precision == "float32")
    assert any("a code" in line for line in described(measurements))


def test_the_loop_that_we_are_compared_with_gives_the_same_latents(tmp_path: Path):
    gpt = load_networks(write_checkpoint(tmp_path, small_state())).gpt
    request = DecodingRequest(goldens()["cond.latents"], goldens()["text.ids"], 42, 1234)
    sampling, counted = SpeechSampling(repetition_penalty=5), []
    theirs = ReferenceLoop(gpt).latents(request, sampling, counted.append)
    (ours,) = decode_batch(gpt, [request], sampling)
    assert counted == list(range(1, 43))
    torch.testing.assert_close(theirs, ours.values(), atol=1e-4, rtol=0)
