"""Hallo, XTTS-v2 and their mixtures with the starter from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import av
import pytest
import torch
from narrating_face.cli import main
from narrating_face.core.bundles import Speech
from narrating_face.core.media import write_wav
from narrating_face.core.media.probe import probe
from tiny_hallo_files import write_files
from tiny_xtts import random_state, write_vocabulary


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints")
    write_files(folder)
    write_wav(folder / "talk.wav", Speech(0.1 * torch.randn(1, 1, 8000), 16_000))
    return folder


def arguments(files: Path) -> list[str]:
    given = {
        "--hallo": files / "hallo" / "net.pth",
        "--vae": files / "vae" / "vae-ft-mse-840000-ema-pruned.safetensors",
        "--wav2vec2": files / "wav2vec2" / "wav2vec2-base-960h.safetensors",
        "--speech": files / "talk.wav",
        "--out": files / "out.mp4",
    }
    words = ["animate", "--family", "full", "--size", "64", "--steps", "1"]
    return words + [str(part) for pair in given.items() for part in pair]


@pytest.mark.slow
def test_animate_makes_a_video_of_exact_length(files: Path, capsys: pytest.CaptureFixture[str]):
    assert main(arguments(files)) == 0
    assert "13 frames" in capsys.readouterr().out
    with av.open(str(files / "out.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 13


@pytest.mark.slow
def test_narrate_speaks_and_shows_with_both_halves(files: Path, xtts: Path, capsys: pytest.CaptureFixture[str]):
    given = arguments(files)
    place = given.index("--speech")
    words = ["narrate", *given[1:place], *given[place + 2 :], "--xtts", str(xtts), "--text", "Hi."]
    assert main(words) == 0
    printed = capsys.readouterr().out
    seconds = float(re.search(r": ([\d.]+) s, ", printed)[1])
    assert probe(files / "out.mp4").in_step(seconds)


@pytest.fixture(scope="module")
def xtts(files: Path) -> Path:
    torch.save({"model": random_state(), "config": {"gpt_n_heads": 4}}, files / "model.pth")
    write_vocabulary(files)
    return files / "model.pth"


@pytest.mark.slow
def test_xtts_speaks_with_the_starters_face(files: Path, xtts: Path, capsys: pytest.CaptureFixture[str]):
    out = files / "mixed.mp4"
    words = ["narrate", "--voice-model", "xtts", "--xtts", str(xtts), "--text", "Hi.", "--out", str(out)]
    assert main(words) == 0
    seconds = float(re.search(r": ([\d.]+) s, ", capsys.readouterr().out)[1])
    assert probe(out).in_step(seconds) and probe(out).width == 400


@pytest.mark.slow
def test_the_starter_speaks_with_hallos_face(files: Path, capsys: pytest.CaptureFixture[str]):
    given = arguments(files)
    place = given.index("--speech")
    options = [*given[3:place], *given[place + 2 :]]
    assert main(["narrate", "--face-model", "hallo", *options, "--text", "Hi."]) == 0
    printed = capsys.readouterr()
    seconds = float(re.search(r": ([\d.]+) s, ", printed.out)[1])
    assert probe(files / "out.mp4").in_step(seconds)
    assert "note: no ArcFace checkpoint" in printed.err


@pytest.mark.slow
def test_notes_of_a_voice_are_printed(files: Path, xtts: Path, capsys: pytest.CaptureFixture[str]):
    out = files / "speech.wav"
    assert main(["speak", "--voice-model", "xtts", "--xtts", str(xtts), "--text", "A story.", "--out", str(out)]) == 0
    assert "note: sentence 1 was stopped" in capsys.readouterr().err


def test_a_file_that_is_not_named_is_asked_for(capsys: pytest.CaptureFixture[str]):
    assert main(["animate", "--family", "full"]) == 2
    printed = capsys.readouterr()
    assert "--hallo" in printed.err and "huggingface.co" in printed.err and printed.err.count("\n") == 1


@pytest.mark.parametrize(("option", "value"), [("--steps", "0"), ("--size", "65"), ("--steps", "many")])
def test_wrong_numbers_are_refused(files: Path, option: str, value: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as refused:
        main([*arguments(files), option, value])
    assert refused.value.code == 2 and option in capsys.readouterr().err


def test_a_device_that_is_not_there(files: Path, capsys: pytest.CaptureFixture[str]):
    assert main([*arguments(files), "--device", "cuda:77"]) == 2
    assert "cuda:77" in capsys.readouterr().err
