"""The bundled English lexicon, loaded once."""

from __future__ import annotations

from pathlib import Path

import narrating_face
import pytest
from narrating_face.core.text.english.front_end import EnglishFrontEnd
from narrating_face.core.text.english.phonemizer import Phonemizer
from narrating_face.model_loaders.starter.english import load_english

ENGLISH = Path(narrating_face.__file__).parent / "model_loaders" / "starter" / "weights" / "english.safetensors"


@pytest.fixture(scope="session")
def phonemizer() -> Phonemizer:
    return load_english(ENGLISH)


@pytest.fixture(scope="session")
def front_end(phonemizer: Phonemizer) -> EnglishFrontEnd:
    return EnglishFrontEnd(phonemizer)
