"""Sentences narrated by portraits -> how well the lips follow the sound, and whether the files are in step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...core.bundles import Portrait, TimedSymbol, VoiceProfile
from ...core.media import read_image, write_video
from ...core.media.probe import probe, read_frames
from ...core.model import Model
from ...core.pipeline import narrate
from ...core.runtime.measurement import Measurement
from ..metrics.lips import (
    closure_rate,
    lip_correlation,
    rounding,
    tuck,
    vowel_closure_score,
)
from ..metrics.mouth import FaceMeasures, measure_faces
from ..training.articulation import without_marks
from .starter_motion import known_motion


@dataclass(frozen=True)
class FaceRow:
    """One portrait: ``lip_sync`` at ``lag`` frames, ``intended`` = correlation of decoded lip gap and seen aperture;
    ``rounding``, ``tuck_gap``, ``tuck_lip`` as in ``metrics.lips``."""

    portrait: str
    lip_sync: float
    lag: int
    unshifted: float
    closures: float
    intended: float
    intended_lag: int
    rounding: float
    tuck_gap: float
    tuck_lip: float
    in_step: bool
    faces_found: float
    size: str
    speed: float


def eval_portrait(
    model: Model,
    path: Path,
    voice: VoiceProfile,
    sentences: Sequence[str],
    task: Path,
    keep: Path,
    block: str = "ete",
) -> FaceRow:
    """Narrate every sentence, each into one MP4 in ``keep``."""
    portrait = model.face.encode_portrait(read_image(path))
    clips = [
        _clip(model, portrait, voice, sentence, task, keep / f"{path.stem}_{block}_{index:03d}.mp4", block)
        for index, sentence in enumerate(sentences)
    ]
    aperture, width, lower_lip = (
        np.concatenate([getattr(clip.seen, name) for clip in clips]) for name in ("aperture", "width", "lower_lip")
    )
    times, fps = _joined_times(clips), clips[0].fps
    sync = vowel_closure_score(aperture, times, fps)
    correlation, lag = lip_correlation(np.concatenate([clip.lip_gap for clip in clips]), aperture)
    return FaceRow(
        path.stem,
        sync.score,
        sync.lag,
        sync.unshifted,
        closure_rate(aperture, times, fps)[0],
        correlation,
        lag,
        rounding(width, times, fps),
        *tuck(aperture, lower_lip, times, fps),
        all(clip.in_step for clip in clips),
        float(np.isfinite(aperture).mean()),
        clips[0].size,
        sum(clip.work_seconds for clip in clips) / sum(clip.seconds for clip in clips),
    )


@dataclass(frozen=True)
class _Clip:
    seen: FaceMeasures
    lip_gap: np.ndarray
    times: tuple[TimedSymbol, ...]
    fps: float
    in_step: bool
    size: str
    seconds: float
    work_seconds: float


def _clip(
    model: Model,
    portrait: Portrait,
    voice: VoiceProfile,
    sentence: str,
    task: Path,
    target: Path,
    block: str,
) -> _Clip:
    started = time.perf_counter()
    narration = narrate(model, portrait, voice, sentence, encoder=block)
    write_video(target, narration)
    work_seconds = time.perf_counter() - started
    statistics = probe(target)
    return _Clip(
        measure_faces(read_frames(target), task),
        known_motion(narration)["lip_gap"][0].numpy(),
        without_marks(narration.phonemes),
        narration.fps,
        statistics.in_step(narration.speech.seconds),
        f"{statistics.width}x{statistics.height} {statistics.video_codec}",
        narration.speech.seconds,
        work_seconds,
    )


def eval_portraits(
    model: Model,
    portraits: Sequence[Path],
    voice: VoiceProfile,
    sentences: Sequence[str],
    task: Path,
    keep: Path,
    report: Callable[[int, int], None],
) -> list[FaceRow]:
    """Every portrait with every sentence; ``report`` gets (done, total) after each portrait."""
    rows = []
    for portrait in portraits:
        rows.append(eval_portrait(model, portrait, voice, sentences, task, keep))
        report(len(rows), len(portraits))
    return rows


def _joined_times(clips: Sequence[_Clip]) -> list[TimedSymbol]:
    """The clips' phonemes on the time axis of their joined frames."""
    joined: list[TimedSymbol] = []
    frames = 0
    for clip in clips:
        shift = frames / clip.fps
        joined += [replace(timed, start=timed.start + shift, end=timed.end + shift) for timed in clip.times]
        frames += len(clip.seen.aperture)
    return joined


def face_measurements(rows: Sequence[FaceRow]) -> list[Measurement]:
    return [
        Measurement("vowels against closures, mean", float(np.mean([row.lip_sync for row in rows])), least=1.8),
        Measurement("vowels against closures, worst portrait", min(row.lip_sync for row in rows), least=1.8),
        Measurement("its best offset, earliest", min(row.lag for row in rows), -2, 0, "frames"),
        Measurement("its best offset, latest", max(row.lag for row in rows), -2, 0, "frames"),
        Measurement("closures on p, b, m within a frame", float(np.mean([row.closures for row in rows])), least=0.95),
        Measurement("closures, worst portrait", min(row.closures for row in rows), least=0.95),
        Measurement("seen opening against the intended one, worst", min(row.intended for row in rows), least=0.8),
        Measurement("its lag, most", max(abs(row.intended_lag) for row in rows), most=1, unit="frames"),
        Measurement("rounding on w, oo, oh, mean", float(np.mean([row.rounding for row in rows])), least=0.5),
        Measurement("rounding, worst portrait", min(row.rounding for row in rows), least=0.0),
        Measurement("f, v: lip gap by that of open vowels", float(np.mean([row.tuck_gap for row in rows])), -0.1, 0.5),
        Measurement(
            "f, v: lower lip by that on t, d, n, s, z", float(np.mean([row.tuck_lip for row in rows])), most=0.95
        ),
        Measurement("files with every frame and in step", float(np.mean([row.in_step for row in rows])), least=1.0),
        Measurement("frames in which a face is found", min(row.faces_found for row in rows), least=0.99),
    ]
