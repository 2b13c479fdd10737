"""Sound, images and video in and out of files (PyAV and Pillow)."""

from __future__ import annotations

from .read import read_audio, read_image
from .write import (
    SYNTHETIC_TAG,
    write_chunks,
    write_sound,
    write_video,
    write_wav,
)

__all__ = ["SYNTHETIC_TAG", "read_audio", "read_image", "write_chunks", "write_sound", "write_video", "write_wav"]
