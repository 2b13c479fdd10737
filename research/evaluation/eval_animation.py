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
from ...core.model import Model
from ...core.pipeline import animate
from ...core.runtime.measurement import Measurement
from ..metrics.level_curve import level_curve, loud_level
from ..metrics.lips import lip_correlation
from ..metrics.mouth import measure_faces
from .damage import add_white_noise
from .starter_motion import known_motion
from .synthesis import read_mono

PAUSE = 1.0  # seconds of silence inserted before, between and after the halves of a recording
SETTLED = 0.24  # seconds within which a mouth must shut
OPEN_SHARE = 0.15  # of the widest opening; less is shut
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


def eval_animation(model: Model, portrait: Portrait, recording: Path, task: Path, target: Path) -> AnimationRow:
    """One recording with pauses, animated, written to ``target`` and measured in its frames."""
    sound, rate = read_mono(recording)
    sound = with_pauses(sound, rate)
    narration = _animated(model, portrait, sound, rate)
    write_video(target, narration)
    seen = measure_faces(read_frames(target), task).aperture
    loudness, silence = frame_loudness(sound, rate, narration.fps, len(seen))
    correlation, lag = lip_correlation(loudness, seen)
    own = known_motion(narration)["lip_gap"][0].numpy()

    def likeness(changed: np.ndarray) -> float:
        other = known_motion(_animated(model, portrait, changed, rate))["lip_gap"][0].numpy()
        return float(np.corrcoef(own, other)[0, 1])

    return AnimationRow(
        recording.stem,
        correlation,
        lag,
        float((seen[silence] - np.nanpercentile(seen, 5) < OPEN_SHARE * np.ptp(seen[np.isfinite(seen)])).mean()),
        likeness(sound * 10 ** (GAIN_DB / 20)),
        likeness(sound / 10 ** (GAIN_DB / 20)),
        likeness(add_white_noise(sound, rate, NOISE_DB)),
    )


def _animated(model: Model, portrait: Portrait, sound: np.ndarray, rate: int) -> Narration:
    return animate(model, portrait, Speech(torch.as_tensor(sound, dtype=torch.float32)[None, None], rate))


def with_pauses(sound: np.ndarray, rate: int) -> np.ndarray:
    """The recording with silence before, after and at its quietest moment near the middle."""
    pause, middle = np.zeros(round(PAUSE * rate)), len(sound) // 2
    search = slice(middle - rate // 2, middle + rate // 2)
    level = level_curve(sound[search], rate)
    cut = search.start + int(level.argmin() * rate / 100) if len(level) else middle
    return np.concatenate([pause, sound[:cut], pause, sound[cut:], pause])


def frame_loudness(sound: np.ndarray, rate: int, fps: float, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """(loudness [F] over two frames around each frame, whether the frame lies in silence, inserted or not [F])."""
    level, loud = level_curve(sound, rate), loud_level(level_curve(sound, rate))
    loudness, silence = np.zeros(frames), np.zeros(frames, bool)
    for frame in range(frames):
        first, end = int(100 * max(0.0, frame - 0.5) / fps), int(100 * (frame + 1.5) / fps) + 1
        near = level[first:end] if len(level[first:end]) else level[-1:]
        loudness[frame] = np.sqrt(np.mean(10 ** (near / 10)))
        settled = level[max(0, first - round(100 * SETTLED)) : end + round(100 * SETTLED)]
        silence[frame] = len(settled) > 0 and settled.max() < loud - 35
    return loudness, silence


def eval_animations(
    model: Model,
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
