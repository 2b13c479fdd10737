"""How speech codes are sampled, for voices that sample them."""

from __future__ import annotations

from dataclasses import dataclass

from .limits import (
    REPETITION_PENALTY,
    SEED,
    TEMPERATURE,
    TOP_K,
    TOP_P,
)


@dataclass(frozen=True)
class SpeechSampling:
    """Temperature 0 always takes the likeliest code; ``top_k`` 0 and ``top_p`` 1 switch a filter off.

    ``seed`` is added to the seed of each sentence. Raises InputError outside the limits.
    """

    temperature: float = TEMPERATURE.default
    top_k: int = int(TOP_K.default)
    top_p: float = TOP_P.default
    repetition_penalty: float = REPETITION_PENALTY.default
    seed: int | None = None

    def __post_init__(self) -> None:
        TEMPERATURE.check(self.temperature)
        TOP_K.check(self.top_k)
        TOP_P.check(self.top_p)
        REPETITION_PENALTY.check(self.repetition_penalty)
        if self.seed is not None:
            SEED.check(self.seed)


PRECISIONS = ("float32", "float16", "int8")  # of XTTS-v2's GPT; core.voice.xtts.linear holds the layers
REFERENCES = ("xtts", "authors")  # how much of a voice sample XTTS-v2 reads: 30 s, or 6 s
SAMPLING_PRESETS = {"authors": SpeechSampling(), "xtts": SpeechSampling(repetition_penalty=5.0)}
