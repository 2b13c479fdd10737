"""The commands on real input with the bundled weights: what they write, what they say, how they stop."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import IO

import av
import pytest
from narrating_face.cli import main
from narrating_face.cli.arguments import SAMPLE_PORTRAIT, SAMPLE_VOICE
from narrating_face.core.media import SYNTHETIC_TAG, read_audio
from PIL import Image

TEXT = "Good morning to you."


@pytest.fixture(scope="module")
def portrait(tmp_path_factory) -> Path:
    """The sample portrait, small and with odd sides."""
    path = tmp_path_factory.mktemp("portrait") / "small.png"
    Image.open(SAMPLE_PORTRAIT).resize((201, 203)).save(path)
    return path


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def check_video(path: Path, fps: float, size: tuple[int, int]) -> None:
    """H.264 and AAC, every frame there, sound and picture equally long, tagged."""
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height) == size
        assert container.metadata["comment"] == SYNTHETIC_TAG
        seconds = float(audio.duration * audio.time_base)
        assert abs(seconds - float(video.duration * video.time_base)) < 1 / fps
        assert sum(1 for _ in container.decode(video)) == math.ceil(round(seconds * fps, 3))


@pytest.mark.parametrize("encoder", ["ete", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("ste", "none"))])
def test_narrate(tmp_path, portrait, capsys, encoder):
    out = tmp_path / "new folder" / "a.mp4"
    assert run("narrate", "--portrait", portrait, "--text", TEXT, "--out", out, "--encoder", encoder) == 0
    check_video(out, 25, (200, 202))
    printed = capsys.readouterr()
    assert printed.out.startswith(str(out)) and printed.out.count("\n") == 1
    assert "frames 100%" in printed.err
    assert [path.name for path in out.parent.iterdir()] == ["a.mp4"]


@pytest.mark.slow
def test_same_seed_same_file(tmp_path, portrait):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        options = ("--portrait", portrait, "--text", TEXT, "--seed", seed, "--fps", 10)
        assert run("narrate", *options, "--out", tmp_path / f"{name}.mp4") == 0
    first, again, other = ((tmp_path / f"{name}.mp4").read_bytes() for name in "abc")
    assert first == again != other


@pytest.mark.slow
def test_animate_takes_sound_and_video_files(tmp_path, portrait):
    speech = tmp_path / "speech.wav"
    assert run("speak", "--text", TEXT, "--out", speech) == 0
    once, twice = tmp_path / "once.mp4", tmp_path / "twice.mp4"
    assert run("animate", "--portrait", portrait, "--speech", speech, "--out", once, "--fps", 12.5) == 0
    check_video(once, 12.5, (200, 202))
    assert run("animate", "--portrait", portrait, "--speech", once, "--out", twice) == 0
    check_video(twice, 25, (200, 202))


def test_saved_voice_speaks_the_same(tmp_path):
    profile, options = tmp_path / "voice.safetensors", ("--text", TEXT, "--seed", 3)
    assert run("speak", *options, "--out", tmp_path / "a.wav", "--save-voice", profile) == 0
    assert run("speak", *options, "--out", tmp_path / "b.wav", "--voice", profile) == 0
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.slow
def test_text_comes_from_files_and_speed_matters(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("\ufeff" + TEXT, encoding="utf-8")
    lengths = {}
    for speed in (0.7, 1.4):
        out = tmp_path / f"{speed}.wav"
        assert run("speak", "--text-file", text, "--speed", speed, "--out", out) == 0
        lengths[speed] = read_audio(out)[0].shape[-1]
    assert lengths[0.7] > 1.4 * lengths[1.4]


def blank(folder: Path) -> Path:
    Image.new("RGB", (300, 300), "grey").save(folder / "blank.png")
    return folder / "blank.png"


@pytest.mark.parametrize(
    "arguments",
    [
        ["narrate", "--portrait", "missing.png"],
        ["narrate", "--portrait", str(SAMPLE_VOICE)],
        ["narrate", "--portrait", "BLANK"],
        ["narrate", "--voice", "missing.wav"],
        ["narrate", "--voice", str(SAMPLE_PORTRAIT)],
        ["narrate", "--voice", "BAD.safetensors"],
        ["narrate", "--text", ""],
        ["speak", "--text", " \n"],
        ["animate", "--speech", "missing.wav"],
    ],
)
def test_bad_input_is_one_sentence(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "BAD.safetensors").write_bytes(b"not tensors")
    blank(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert main([str(tmp_path / "blank.png") if argument == "BLANK" else argument for argument in arguments]) == 2
    printed = capsys.readouterr()
    errors = [line for line in printed.err.splitlines() if line.startswith("narrating-face: ")]
    assert printed.out == "" and len(errors) == 1 and errors[0].endswith(".")
    assert sorted(tmp_path.iterdir()) == before


def until_shown(stream: IO[str], words: str, times: int) -> str:
    """Read until ``words`` have come so often; everything that was read."""
    text = ""
    while text.count(words) < times and (character := stream.read(1)):
        text += character
    return text


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_leaves_nothing_behind(tmp_path, portrait, stop):
    command = "import sys; from narrating_face.cli import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["narrate", "--portrait", str(portrait), "--out", str(tmp_path / "a.mp4"), "--fps", "60"]
    heeded = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # also when the tests run in the background
    line = [sys.executable, "-c", command, *arguments]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, preexec_fn=heeded) as process:
        shown = until_shown(process.stderr, "frames", 2)  # from the second report on the video is being written
        process.send_signal(stop)
        errors = shown + process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert errors.splitlines()[-1].startswith("narrating-face: interrupted") and "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_info_names_versions_weights_and_networks(capsys):
    assert run("info") == 0
    text = capsys.readouterr().out
    assert "torch " in text and "cpu: " in text
    assert "starter/weights/block_ete.safetensors" in text
    assert "block_ete: 3,151,872 parameters" in text and "block_ste: 1,575,936 parameters" in text
