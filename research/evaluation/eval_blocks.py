"""ETE, STE and no attention on the same sentences, voices and portrait -> the same measures of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...core.runtime.measurement import Measurement
from ..metrics.word_errors import word_errors
from .assets import EvaluationAssets
from .eval_faces import FaceRow, eval_portrait
from .eval_likeness import eval_likeness
from .plan import spread_evenly
from .sentences import SENTENCES

BLOCKS = ("ete", "ste", "none")


@dataclass(frozen=True)
class BlockRow:
    """One block: word errors, opinion score, likeness to the own sample and above the others, and the face's row."""

    encoder: str
    word_error_rate: float
    opinion: float
    likeness: float
    above_others: float
    face: FaceRow


def eval_block(assets: EvaluationAssets, block: str) -> BlockRow:
    """The plan's voices and sentences for blocks, on the frontal portrait."""
    synthesizer, opinion = assets.synthesizer, assets.opinion
    voices = assets.voices[: assets.plan.block_voices]
    sentences = spread_evenly(SENTENCES, assets.plan.block_sentences)
    pairs = [(voice, sentence) for voice in voices for sentence in sentences]
    counts = [word_errors(sentence, synthesizer.transcribe(voice, sentence, block)) for voice, sentence in pairs]
    speeches = [synthesizer.synthesize(voice, sentence, block) for voice, sentence in pairs]
    rows = eval_likeness(
        synthesizer, assets.similarity, voices, sentences, lambda done, total: None, damages=False, block=block
    )
    profile = synthesizer.profile(voices[0])
    face = eval_portrait(assets.model, assets.frontal[0], profile, sentences, assets.task, assets.keep, block)
    return BlockRow(
        block,
        sum(errors for errors, _ in counts) / sum(words for _, words in counts),
        sum(opinion.score(speech.sound, speech.sample_rate) for speech in speeches) / len(speeches),
        sum(row.own for row in rows) / len(rows),
        sum(row.own - row.others for row in rows) / len(rows),
        face,
    )


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
