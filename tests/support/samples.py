"""The committed portraits and the bundled voice sample."""

from __future__ import annotations

from pathlib import Path

from narrating_face.core.media import read_audio, read_image
from narrating_face.model_loaders import starter
from torch import Tensor

PORTRAITS = Path(__file__).parents[1] / "data" / "portraits"
READER = starter.SAMPLES / "reader.wav"


def read_portrait(name: str) -> Tensor:
    """A picture [1, 3, H, W] by its file name without the suffix."""
    return read_image(
        next(path for path in (folder / f"{name}.png" for folder in (PORTRAITS, starter.SAMPLES)) if path.exists())
    )


def read_reader() -> tuple[Tensor, int]:
    """The voice sample [1, C, S] and its rate."""
    return read_audio(READER)
