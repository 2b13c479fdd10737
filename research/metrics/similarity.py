"""Two recordings -> how alike their speakers are, by Resemblyzer (Apache-2.0); no part of the pack was trained on it.

One teacher voice scores about 0.93 against itself and 0.61 against others.
"""

from __future__ import annotations

import numpy as np
import torch

from ...core.audio.resample import resample
from ..tools import tool

RATE = 16_000


class SpeakerSimilarity:
    """One loaded speaker encoder."""

    def __init__(self) -> None:
        self._package = tool("resemblyzer", "resemblyzer==0.1.4 (with webrtcvad-wheels and librosa)")
        self._encoder = self._package.VoiceEncoder("cpu", verbose=False)

    def embed(self, sound: np.ndarray, sample_rate: int) -> np.ndarray:
        """Sound [S] -> unit vector [256]."""
        audio = resample(torch.as_tensor(sound, dtype=torch.float32)[None], sample_rate, RATE)[0].numpy()
        return self._encoder.embed_utterance(self._package.preprocess_wav(audio, RATE))

    def cosine(self, left: np.ndarray, right: np.ndarray) -> float:
        """Cosine of two embeddings: 1 is the same."""
        return float(left @ right)
