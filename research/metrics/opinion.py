"""Sound -> predicted mean opinion score 1..5, by DistillMOS (MIT; its wheel holds the weights).

The package imports torchaudio, but uses nothing of it here: a stand-in replaces it during the import, and
``pip install --no-deps distillmos==0.9.1 xls-r-sqa==0.1.0`` is enough. For comparison: espeak scores about 2.2, flite
2.5-3.4, the teacher 4.3-4.7.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import torch

from ...core.audio.resample import resample
from ..tools import tool

RATE = 16_000


class OpinionScorer:
    """One loaded model."""

    def __init__(self) -> None:
        with _torchaudio_stand_in(), contextlib.redirect_stdout(io.StringIO()):
            package = tool("distillmos", "distillmos==0.9.1 (with xls-r-sqa, both --no-deps)")
            self._model = package.ConvTransformerSQAModel().eval()

    @torch.inference_mode()
    def score(self, sound: np.ndarray, sample_rate: int) -> float:
        """Sound [S] in -1..1 -> 1..5."""
        audio = resample(torch.as_tensor(sound, dtype=torch.float32)[None], sample_rate, RATE)
        return float(self._model(audio))


@contextmanager
def _torchaudio_stand_in() -> Iterator[None]:
    """An empty module named torchaudio while the context lasts, where torchaudio is not installed."""
    if find_spec("torchaudio") is not None:
        yield
        return
    torchaudio, transforms = ModuleType("torchaudio"), ModuleType("torchaudio.transforms")
    torchaudio.transforms = transforms  # type: ignore[attr-defined]
    transforms.MFCC = None  # type: ignore[attr-defined]
    stand_ins = {"torchaudio": torchaudio, "torchaudio.transforms": transforms}
    import transformers  # noqa: F401  its first import looks for torchaudio

    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            sys.modules.pop(name, None)
