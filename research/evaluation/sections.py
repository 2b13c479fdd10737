"""The sections of an evaluation: what each takes from the assets, and the measurements that it leaves."""

from __future__ import annotations

from collections.abc import Callable

from .assets import EvaluationAssets
from .eval_animation import animation_measurements, eval_animations
from .eval_blocks import BLOCKS, block_measurements, eval_block
from .eval_faces import eval_portraits, face_measurements
from .eval_idle_motion import eval_idle_motion, idle_motion_measurements
from .eval_lengths import eval_length, length_measurements
from .eval_likeness import eval_likeness, likeness_measurements
from .eval_punctuation import eval_punctuation, punctuation_measurements
from .eval_sound import eval_sound, sound_measurements
from .eval_teacher import eval_teacher, teacher_measurements
from .plan import spread_evenly
from .report import SectionResult
from .sentences import LIP_SENTENCES, SENTENCES


def _speech(assets: EvaluationAssets) -> SectionResult:
    sentences = spread_evenly(SENTENCES, assets.plan.sentences)
    report = assets.section_progress("speech")
    rows = eval_sound(assets.synthesizer, assets.opinion, assets.voices, sentences, report)
    return SectionResult(sound_measurements(rows), rows)


def _likeness(assets: EvaluationAssets) -> SectionResult:
    sentences = spread_evenly(SENTENCES, assets.plan.likeness_sentences)
    report = assets.section_progress("voice profile")
    rows = eval_likeness(assets.synthesizer, assets.similarity, assets.voices, sentences, report)
    return SectionResult(likeness_measurements(rows), rows)


def _punctuation(assets: EvaluationAssets) -> SectionResult:
    voices = assets.voices[: assets.plan.punctuation_voices]
    rows = eval_punctuation(assets.synthesizer, voices, assets.section_progress("punctuation"))
    return SectionResult(punctuation_measurements(rows), rows)


def _teacher(assets: EvaluationAssets) -> SectionResult:
    assert assets.teacher is not None
    count, report = assets.plan.teacher_recordings, assets.section_progress("teacher")
    rows = eval_teacher(assets.teacher, assets.synthesizer.whisper, assets.opinion, count, report)
    return SectionResult(teacher_measurements(rows), rows)


def _faces(assets: EvaluationAssets) -> SectionResult:
    sentences, voice = LIP_SENTENCES[: assets.plan.face_sentences], assets.synthesizer.profile(assets.voices[0])
    report = assets.section_progress("face")
    rows = eval_portraits(assets.model, assets.portraits, voice, sentences, assets.task, assets.keep, report)
    return SectionResult(face_measurements(rows), rows)


def _lengths(assets: EvaluationAssets) -> SectionResult:
    portrait, voice, rows = assets.frontal[1], assets.synthesizer.profile(assets.voices[-1]), []
    report = assets.section_progress("lengths")
    for seconds in assets.plan.lengths:
        target = assets.keep / f"length_{seconds}.mp4"
        rows.append(eval_length(assets.model, portrait, voice, seconds, assets.task, target))
        report(len(rows), len(assets.plan.lengths))
    return SectionResult(length_measurements(rows), rows)


def _animations(assets: EvaluationAssets) -> SectionResult:
    report = assets.section_progress("animate")
    rows = eval_animations(assets.model, assets.frontal[1], assets.recordings, assets.task, assets.keep, report)
    return SectionResult(animation_measurements(rows), rows)


def _idle_motion(assets: EvaluationAssets) -> SectionResult:
    voice = assets.synthesizer.profile(assets.voices[-1])
    row = eval_idle_motion(assets.model, assets.frontal[1], voice, assets.task, 12 * assets.plan.minutes)
    assets.section_progress("liveliness")(1, 1)
    return SectionResult(idle_motion_measurements(row), row)


def _blocks(assets: EvaluationAssets) -> SectionResult:
    rows, report = [], assets.section_progress("blocks")
    for block in BLOCKS:
        rows.append(eval_block(assets, block))
        report(len(rows), len(BLOCKS))
    return SectionResult(block_measurements(rows), rows)


SECTIONS: dict[str, Callable[[EvaluationAssets], SectionResult]] = {
    "speech": _speech,
    "voice profile": _likeness,
    "punctuation": _punctuation,
    "teacher": _teacher,
    "face": _faces,
    "lengths": _lengths,
    "animate": _animations,
    "liveliness": _idle_motion,
    "blocks": _blocks,
}
