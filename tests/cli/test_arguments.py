"""The command line refuses bad values at once, in one line, without loading anything heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest
from narrating_face.cli import main
from narrating_face.cli.arguments import build_parser

LIGHT = """
import sys
from narrating_face.cli import main
try:
    main(sys.argv[1:])
finally:
    assert not {"torch", "numpy", "av", "transformers"} & set(sys.modules), "heavy imports"
"""


def fails_with_one_line(arguments: list[str], capsys) -> str:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1
    return printed.err


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--fps", "0"),
        ("--fps", "61"),
        ("--fps", "nan"),
        ("--fps", "fast"),
        ("--speed", "0.4"),
        ("--speed", "inf"),
        ("--seed", "-1"),
        ("--seed", "1.5"),
        ("--seed", str(2**63)),
        ("--expression", "-0.1"),
        ("--head-motion", "3"),
        ("--blink-rate", "61"),
        ("--gaze", "1.5"),
        ("--encoder", "both"),
        ("--out", "result.avi"),
        ("--out", "a\0b.mp4"),
        ("--save-voice", "voice.pt"),
        ("--fp", "25"),
    ],
)
def test_bad_values_are_refused(option, value, capsys):
    values = [value, value] if option == "--gaze" else [value]
    message = fails_with_one_line(["narrate", option, *values], capsys)
    assert option in message


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sing"],
        ["narrate", "--text", "a", "--text-file", "b"],
        ["narrate", "--gaze", "0"],
        ["speak", "--fps", "25"],
        ["bench"],
        ["bench", "starter", "--side", "16"],
        ["bench", "starter", "--threads", "0"],
        ["evaluate", "starter", "--out", "a.json"],
        ["evaluate", "starter", "--cache", "a", "--task", "b", "--out", "a.txt"],
    ],
)
def test_bad_commands_are_refused(arguments, capsys):
    fails_with_one_line(arguments, capsys)


def test_an_output_folder_is_refused(tmp_path, capsys):
    (tmp_path / "a.mp4").mkdir()
    assert "folder" in fails_with_one_line(["narrate", "--out", str(tmp_path / "a.mp4")], capsys)


def test_values_within_limits_are_accepted():
    options = build_parser().parse_args(
        "narrate --fps 29.97 --speed 0.5 --seed 7 --gaze -0.5 1 --blink-rate 0 --encoder ste --out A.MP4".split()
    )
    assert (options.fps, options.speed, options.seed, options.blink_rate, options.encoder) == (29.97, 0.5, 7, 0, "ste")
    assert options.gaze == [-0.5, 1.0]


def test_defaults_are_the_bundled_samples():
    options = build_parser().parse_args(["narrate"])
    assert options.portrait.is_file() and options.voice.is_file()
    assert (options.fps, options.encoder, str(options.out)) == (25, "ete", "narration.mp4")


@pytest.mark.parametrize("arguments", [["--help"], ["narrate", "--help"], ["--version"], ["narrate", "--fps", "99"]])
def test_nothing_heavy_is_loaded_for_help_and_mistakes(arguments):
    process = subprocess.run([sys.executable, "-c", LIGHT, *arguments], capture_output=True, text=True, check=False)
    assert process.returncode == (2 if "99" in arguments else 0), process.stderr
    assert "heavy imports" not in process.stderr


def test_missing_and_unreadable_text_files_are_one_sentence(tmp_path, capsys):
    (tmp_path / "latin.txt").write_bytes("café".encode("latin-1"))
    for path in (tmp_path / "missing.txt", tmp_path, tmp_path / "latin.txt"):
        assert main(["narrate", "--text-file", str(path)]) == 2
        printed = capsys.readouterr().err
        assert printed.startswith("narrating-face: text file ") and printed.count("\n") == 1


def test_table_is_the_supplements(capsys):
    assert main(["table"]) == 0
    lines = capsys.readouterr().out.splitlines()
    cells = [line.split("  ") for line in lines]
    numbers = {row[0]: [cell.strip() for cell in row if cell.strip()][-2:] for row in cells if len(row) > 1}
    assert numbers["LayerNorm-1"] == ["1,024", "1,024"]
    assert numbers["MultiheadAttention-2"] == ["1,048,576", "1,048,576"]
    assert numbers["Linear-6"] == ["262,144", "262,144"]
    assert numbers["Total params"] == ["1,575,936", "1,575,936"]
    assert any("[3136, 512], [3136, 5610]" in line for line in lines)
    assert lines[-2:] == ["STE: 1,575,936 parameters", "ETE: 3,151,872 parameters"]
