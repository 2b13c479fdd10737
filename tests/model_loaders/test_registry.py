"""The registry: every family by name, its files and languages, and any voice with any face."""

from __future__ import annotations

from pathlib import Path

import pytest
from narrating_face.core.errors import InputError
from narrating_face.core.families.starter.face import StarterFace
from narrating_face.core.families.starter.voice import StarterVoice
from narrating_face.core.families.xtts.voice import XTTSVoice
from narrating_face.model_loaders.registry import (
    FACES,
    FAMILIES,
    VOICES,
    load_model,
)
from tiny_xtts import random_state, write_checkpoint


def test_names_and_halves():
    assert set(VOICES) == {name for name, family in FAMILIES.items() if family.voice}
    assert set(FACES) == {name for name, family in FAMILIES.items() if family.face}
    assert all(family.name == name for name, family in FAMILIES.items())
    assert all(family.languages for family in FAMILIES.values() if family.voice)


def test_every_file_says_where_it_comes_from_and_where_it_goes():
    rows = [row for family in FAMILIES.values() for row in family.files]
    assert len({row.option for row in rows}) == len(rows)
    for row in rows:
        assert row.description and row.folder and row.source
        message = str(row.missing())
        assert f"--{row.option}" in message and row.source in message and message.endswith(".")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_missing_required_file_is_one_sentence(name: str):
    family = FAMILIES[name]
    if not family.required():
        assert family.files == ()
        return
    with pytest.raises(InputError, match=f"--{family.required()[0].option} is not given"):
        load_model(name if family.voice else None, name if family.face else None)


def test_the_default_is_the_starter_loaded_once():
    model = load_model()
    assert isinstance(model.voice, StarterVoice) and isinstance(model.face, StarterFace)
    assert model.voice.starter_nets is model.face.starter_nets and model.shares_latents


def test_a_voice_of_one_family_with_the_face_of_another(tmp_path: Path):
    model = load_model("xtts", "starter", {"xtts": write_checkpoint(tmp_path, random_state())})
    assert isinstance(model.voice, XTTSVoice) and isinstance(model.face, StarterFace)
    assert not model.shares_latents
