"""The tiny XTTS model of the recorded results, loaded once."""

from __future__ import annotations

import pytest
from narrating_face.core.voice.xtts.model import XTTSEngine
from tiny_xtts import goldens, small_engine
from torch import Tensor


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> XTTSEngine:
    return small_engine(tmp_path_factory.mktemp("xtts"))


@pytest.fixture(scope="session")
def golden() -> dict[str, Tensor]:
    return goldens()
