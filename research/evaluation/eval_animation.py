"""Recorded real speech -> whether an animated mouth opens with it, shuts in silence, and ignores level and noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ...core.bundles import Narration, Portrait, Speech
from ...core.media import write_video
from ...core.media.probe import read_frames
from ...core.model import NarratingModel
from ...core.pipeline import animate
from ...core.runtime.measurement import Measurement
from .level_curve import level_curve, loud_level
from .lips import lip_correlation
from .mouth import watch
from .spoken import sound_of

PAUSE = 1.0  # seconds of silence that are put before, between and after the halves of a recording
SETTLED = 0.24  # seconds after which a mouth must be shut
OPEN_SHARE = 0.15  # of its widest
GAIN_DB, NOISE_DB = 12.0, 20.0


@dataclass(frozen=True)
class AnimationRow:
    """``envelope``: correlation of the seen opening and loudness at ``lag`` frames; ``shut``: share of silent frames
    with the lips shut; ``louder``, ``quieter``, ``noisier``: correlation of the motion with that of the recording."""

    recording: str
    envelope: float
    lag: int
    shut: float
    louder: float
    quieter: float
    noisier: float


def eval_animation(
    model: NarratingModel, portrait: Portrait, recording: Path, task: Path, target: Path
) -> AnimationRow:
    sound, rate = sound_of(recording)
    sound = _with_pauses(sound, rate)
    narration = _animated(model, portrait, sound, rate)
    write_video(target, narration.windows(), narration.fps, narration.speech)
    seen = watch(read_frames(target), task).aperture
    loudness, silence = _heard(sound, rate, narration.fps, len(seen))
    correlation, lag = lip_correlation(loudness, seen)
    own = narration.known_motion()["lip_gap"][0].numpy()

    def likeness(changed: np.ndarray) -> float:
        other = _animated(model, portrait, changed, rate).known_motion()["lip_gap"][0].numpy()
        return float(np.corrcoef(own, other)[0, 1])

    return AnimationRow(
        recording.stem,
        correlation,
        lag,
        float((seen[silence] - np.nanpercentile(seen, 5) < OPEN_SHARE * np.ptp(seen[np.isfinite(seen)])).mean()),
        likeness(sound * 10 ** (GAIN_DB / 20)),
        likeness(sound / 10 ** (GAIN_DB / 20)),
        likeness(_noisy(sound, rate)),
    )


def _animated(model: NarratingModel, portrait: Portrait, sound: np.ndarray, rate: int) -> Narration:
    return animate(model, portrait, Speech(torch.as_tensor(sound, dtype=torch.float32)[None, None], rate))


def _with_pauses(sound: np.ndarray, rate: int) -> np.ndarray:
    """The recording in two halves, parted where it is quietest near its middle."""
    pause, middle = np.zeros(round(PAUSE * rate)), len(sound) // 2
    window = slice(middle - rate // 2, middle + rate // 2)
    level = level_curve(sound[window], rate)
    cut = window.start + int(level.argmin() * rate / 100) if len(level) else middle
    return np.concatenate([pause, sound[:cut], pause, sound[cut:], pause])


def _heard(sound: np.ndarray, rate: int, fps: float, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """(loudness [F] of two frames' length around each frame, whether the frame lies in added or found silence)."""
    level, loud = level_curve(sound, rate), loud_level(level_curve(sound, rate))
    loudness, silence = np.zeros(frames), np.zeros(frames, bool)
    for frame in range(frames):
        first, end = int(100 * max(0.0, frame - 0.5) / fps), int(100 * (frame + 1.5) / fps) + 1
        near = level[first:end] if len(level[first:end]) else level[-1:]
        loudness[frame] = np.sqrt(np.mean(10 ** (near / 10)))
        settled = level[max(0, first - round(100 * SETTLED)) : end + round(100 * SETTLED)]
        silence[frame] = len(settled) > 0 and settled.max() < loud - 35
    return loudness, silence


def _noisy(sound: np.ndarray, rate: int) -> np.ndarray:
    level = 10 ** ((loud_level(level_curve(sound, rate)) - NOISE_DB) / 20)
    return sound + level * np.random.default_rng(0).standard_normal(len(sound))


def eval_animations(
    model: NarratingModel,
    portrait: Portrait,
    recordings: Sequence[Path],
    task: Path,
    keep: Path,
    report: Callable[[int, int], None],
) -> list[AnimationRow]:
    rows = []
    for recording in recordings:
        rows.append(eval_animation(model, portrait, recording, task, keep / f"animate_{recording.stem}.mp4"))
        report(len(rows), len(recordings))
    return rows


def animation_measurements(rows: Sequence[AnimationRow]) -> list[Measurement]:
    return [
        Measurement(
            "animate: opening against loudness, mean", float(np.mean([row.envelope for row in rows])), least=0.5
        ),
        Measurement("animate: opening against loudness, worst", min(row.envelope for row in rows), least=0.5),
        Measurement("animate: its lag, largest", max((row.lag for row in rows), key=abs), -2, 2, "frames"),
        Measurement("animate: silent frames with shut lips", float(np.mean([row.shut for row in rows])), least=0.95),
        Measurement("animate: motion at +12 dB against the same", min(row.louder for row in rows), least=0.98),
        Measurement("animate: motion at -12 dB against the same", min(row.quieter for row in rows), least=0.98),
        Measurement("animate: motion with noise at 20 dB", min(row.noisier for row in rows), least=0.9),
    ]
