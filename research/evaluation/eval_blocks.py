"""STE, ETE and no attention on the same sentences, voices and portrait -> the differences as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...core.runtime.measurement import Measurement
from .eval_faces import FaceRow, eval_portrait
from .eval_likeness import eval_likeness
from .opinion import OpinionScorer
from .similarity import SpeakerSimilarity
from .spoken import Speaker
from .word_errors import word_errors

BLOCKS = ("ete", "ste", "none")


@dataclass(frozen=True)
class BlockRow:
    encoder: str
    word_error_rate: float
    opinion: float
    likeness: float
    above_others: float
    face: FaceRow


def eval_block(
    speaker: Speaker,
    judges: tuple[SpeakerSimilarity, OpinionScorer],
    voices: Sequence[Path],
    sentences: Sequence[str],
    portrait: Path,
    task: Path,
    keep: Path,
    encoder: str,
) -> BlockRow:
    likeness, opinion = judges
    counts = [
        word_errors(sentence, speaker.hear(voice, sentence, encoder)) for voice in voices for sentence in sentences
    ]
    spoken = [speaker.say(voice, sentence, encoder) for voice in voices for sentence in sentences]
    rows = eval_likeness(speaker, likeness, voices, sentences, _quietly, damages=False, encoder=encoder)
    face = eval_portrait(speaker.model, portrait, speaker.profile(voices[0]), sentences, task, keep, encoder)
    return BlockRow(
        encoder,
        sum(errors for errors, _ in counts) / sum(words for _, words in counts),
        sum(opinion.score(said.sound, said.sample_rate) for said in spoken) / len(spoken),
        sum(row.own for row in rows) / len(rows),
        sum(row.own - row.others for row in rows) / len(rows),
        face,
    )


def _quietly(done: int, total: int) -> None:
    return None


def block_measurements(rows: Sequence[BlockRow]) -> list[Measurement]:
    measurements = []
    for row in rows:
        measurements += [
            Measurement(f"{row.encoder}: word error rate", row.word_error_rate),
            Measurement(f"{row.encoder}: DistillMOS", row.opinion),
            Measurement(f"{row.encoder}: likeness to the own sample", row.likeness),
            Measurement(f"{row.encoder}: likeness above other voices", row.above_others),
            Measurement(f"{row.encoder}: vowels against closures", row.face.lip_sync),
            Measurement(f"{row.encoder}: closures within a frame", row.face.closures),
        ]
    return measurements
