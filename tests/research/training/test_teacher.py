"""The speech teacher's parts that need none of its packages."""

import json
import re

import numpy as np
import pytest
from narrating_face.core.errors import InputError
from narrating_face.research.tools import checked, package_folder, tool
from narrating_face.research.training import teacher, teacher_text, teacher_voices
from narrating_face.research.training.speech_set import decode_sound


def test_punctuation_is_folded_into_the_alphabet() -> None:
    assert teacher.fold_phonemes("æt : “ɹˈiᵊli?” (jˈɛs) — fˈIn…") == "æt, ɹˈiᵊli? jˈɛs, fˈIn."
    assert teacher.fold_phonemes("(nˈO) ænd jˈɛs:") == "nˈO, ænd jˈɛs"


def test_sounds_outside_the_alphabet_are_refused() -> None:
    assert teacher.fold_phonemes("sˈɪk❓") is None


def test_flac_keeps_every_sample(tmp_path) -> None:
    sound = np.sin(np.arange(30_000) / 9).astype(np.float32) / 2
    teacher.write_flac(tmp_path / "a.flac", sound)
    assert np.abs(decode_sound(tmp_path / "a.flac") / 32767 - sound).max() < 1 / 32767


def test_an_interrupted_last_line_is_dropped(tmp_path) -> None:
    meta = tmp_path / "meta.jsonl"
    whole = json.dumps({"id": "3_00000", "samples": 600}) + "\n" + json.dumps({"id": "4_00000", "samples": 1}) + "\n"
    meta.write_text(whole + '{"id": "3_000', encoding="utf-8")
    assert [line["id"] for line in teacher._finished_lines(meta, 3)] == ["3_00000"]
    assert meta.read_text(encoding="utf-8") == whole


def test_mixes_are_fixed_and_convex() -> None:
    tables = np.random.default_rng(0).normal(size=(5, 4, 256)).astype(np.float32)
    mix = teacher_voices._mixed_voice(tables, 3)
    assert np.array_equal(mix, teacher_voices._mixed_voice(tables, 3))
    assert not np.allclose(mix, teacher_voices._mixed_voice(tables, 4))
    assert (mix <= tables.max(0) + 1e-6).all()
    assert (mix >= tables.min(0) - 1e-6).all()


def test_held_out_voices_are_never_stock() -> None:
    assert not set(teacher_voices.STOCK) & set(teacher_voices.HELD_OUT)


@pytest.mark.parametrize("seed", range(20))
def test_written_sentences_have_no_digits_and_end_properly(seed: int) -> None:
    for make in (
        teacher_text._number,
        teacher_text._date,
        teacher_text._money,
        teacher_text._list,
        teacher_text._years,
    ):
        text = make(teacher_text.Random(seed))
        assert re.fullmatch(r"[A-Z][^\d]+[.!?]", text)


def test_wrong_files_are_named() -> None:
    with pytest.raises(InputError, match=r"the model has SHA-256 .* is needed"):
        checked(b"other", "00", "the model")


def test_missing_packages_are_named() -> None:
    with pytest.raises(InputError, match="install the package nowhere==1"):
        tool("nowhere_at_all", "nowhere==1")
    with pytest.raises(InputError, match="nowhere==1 is not installed"):
        package_folder("nowhere_at_all", "nowhere==1")


def test_missing_voices_say_where_to_get_them(tmp_path) -> None:
    with pytest.raises(InputError, match="kokoro-js"):
        teacher_voices.training_voices(tmp_path)
