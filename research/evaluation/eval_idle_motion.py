"""Minutes of narration -> blinks, gaze, head and brow motion, dependence on the seed, and sharpness of the frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...core.bundles import FaceMotion, Portrait, VoiceProfile
from ...core.face.masks import face_mask, lip_mask
from ...core.model import Model
from ...core.motion_channels import CHANNEL_INDEX, CHANNELS
from ...core.pipeline import narrate
from ...core.runtime.measurement import Measurement
from ...core.settings import FaceControls
from ..metrics.motion_events import (
    blink_spans,
    count_gaze_shifts,
    count_rises,
    head_drift,
)
from ..metrics.mouth import measure_faces
from ..metrics.sharpness import sharpness
from .eval_lengths import SENTENCE
from .starter_motion import known_motion, starter_face

SHARP_FRAMES = (1, 25, 50, 100, 1000)
MIN_SENTENCES = 10  # of SENTENCE: over 1000 frames
SEEDS = 3
STILL = 2  # levels of 255 by which a static pixel may change


@dataclass(frozen=True)
class IdleMotionRow:
    """``blink_seconds`` from the start of closing to the end of opening; ``drift`` of the head from the first to the
    last ten seconds in radians; ``lids``: seen eye opening at a full blink by the open eye; ``static``,
    ``surroundings``, ``skin``: sharpness of SHARP_FRAMES by the portrait's, where nothing moves, off the face and on
    its skin."""

    blinks_a_minute: tuple[float, ...]
    blink_seconds: tuple[float, ...]
    gaze_shifts_a_minute: float
    head_range: float
    brow_raises_a_minute: float
    drift: float
    same_seed_equal: bool
    other_seed_correlation: float
    lids: float
    static: tuple[float, ...]
    surroundings: tuple[float, ...]
    skin: tuple[float, ...]


def eval_idle_motion(
    model: Model, portrait: Portrait, voice: VoiceProfile, task: Path, sentences: int
) -> IdleMotionRow:
    """One long narration with several seeds; only the frames that are measured are rendered."""
    text = SENTENCE * max(sentences, MIN_SENTENCES)
    motions = [_motion(model, portrait, voice, text, seed) for seed in range(SEEDS)]
    again = _motion(model, portrait, voice, text, 0)
    first, other = motions[0], motions[1]
    count = min(first.frames, other.frames)
    minutes = first.frames / first.fps / 60
    blinks = [blink_spans(motion["blink_left"][0].numpy(), motion.fps) for motion in motions]
    frames = _frames(model, portrait, first, [min(number, first.frames) - 1 for number in SHARP_FRAMES])
    surroundings, skin = _regions(portrait)
    moved = np.abs(np.stack(frames).astype(int) - frames[0]).max((0, -1)) > STILL
    return IdleMotionRow(
        tuple(len(spans) / (motion.frames / motion.fps / 60) for spans, motion in zip(blinks, motions, strict=True)),
        tuple(seconds for spans in blinks for seconds in spans),
        count_gaze_shifts(first["gaze_x"][0].numpy(), first["gaze_y"][0].numpy()) / minutes,
        float(torch.stack([first[name].std() for name in ("head_yaw", "head_pitch", "head_roll")]).max()),
        count_rises(first["brow_raise"][0].numpy(), 0.2) / minutes,
        head_drift(first),
        bool(torch.equal(first.values, again.values)),
        float(np.corrcoef(first["head_yaw"][0, :count].numpy(), other["head_yaw"][0, :count].numpy())[0, 1]),
        _lids(model, portrait, task),
        _relative_sharpness(frames, ~moved),
        _relative_sharpness(frames, surroundings),
        _relative_sharpness(frames, skin),
    )


def _motion(model: Model, portrait: Portrait, voice: VoiceProfile, text: str, seed: int) -> FaceMotion:
    return known_motion(narrate(model, portrait, voice, text, controls=FaceControls(seed=seed)))


def _relative_sharpness(frames: Sequence[np.ndarray], region: np.ndarray) -> tuple[float, ...]:
    """Sharpness of all frames but the first, by that of the first."""
    own, *others = (sharpness(frame, region) for frame in frames)
    return tuple(other / own for other in others)


def _frames(model: Model, portrait: Portrait, motion: FaceMotion, chosen: Sequence[int]) -> list[np.ndarray]:
    """The portrait at rest and the chosen frames, uint8 [H, W, 3]."""
    values = torch.cat([torch.zeros_like(motion.values[:, :1]), motion.values[:, list(chosen)]], 1)
    chunks = list(starter_face(model).render(portrait, FaceMotion(values, motion.fps)))
    return list(torch.cat(chunks).numpy())


def _regions(portrait: Portrait) -> tuple[np.ndarray, np.ndarray]:
    """(surroundings well off the face, skin without mouth and eyes), bool [H, W] of even size."""
    height, width = (side // 2 * 2 for side in portrait.image.shape[-2:])
    face = face_mask(portrait)[0, 0, :height, :width]
    far = torch.nn.functional.max_pool2d(face[None], 2 * (height // 16) + 1, 1, height // 16)[0] < 0.02
    skin = (face > 0.95) & (lip_mask(portrait)[0, 0, :height, :width] < 0.02) & ~_eyes(portrait, height, width)
    return far.numpy(), skin.numpy()


def _eyes(portrait: Portrait, height: int, width: int) -> Tensor:
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    reach = 0.35 * portrait.statistics.face_size
    centers = portrait.landmarks[[468, 473], :2].cpu()
    return torch.stack([torch.hypot(x - center[0], y - center[1]) < reach for center in centers]).any(0)


def _lids(model: Model, portrait: Portrait, task: Path) -> float:
    """Seen opening of the eyes at a full blink by that of the portrait."""
    values = torch.zeros(1, 2, len(CHANNELS))
    values[0, 1, [CHANNEL_INDEX["blink_left"], CHANNEL_INDEX["blink_right"]]] = 1.0
    frames = torch.cat(list(starter_face(model).render(portrait, FaceMotion(values, 25.0)))).numpy()
    seen = measure_faces(frames, task).eyes
    return float(seen[1] / seen[0])


def idle_motion_measurements(row: IdleMotionRow) -> list[Measurement]:
    blinks, seconds = np.array(row.blinks_a_minute), np.array(row.blink_seconds)
    return [
        Measurement("blinks a minute, least of the seeds", float(blinks.min()), 10, 25),
        Measurement("blinks a minute, most of the seeds", float(blinks.max()), 10, 25),
        Measurement("length of a blink, median", float(np.median(seconds)), 0.15, 0.5, "s"),
        Measurement("length of a blink, longest", float(seconds.max()), most=0.6, unit="s"),
        Measurement("seen lids at a full blink by the open eye", row.lids, most=0.4),
        Measurement("gaze shifts a minute", row.gaze_shifts_a_minute, 10, 90),
        Measurement("head motion, standard deviation", row.head_range, 0.01, 0.12, "rad"),
        Measurement("brow raises a minute", row.brow_raises_a_minute, 2, 30),
        Measurement("drift of the head", row.drift, -0.06, 0.06, "rad"),
        Measurement("same seed, same motion", float(row.same_seed_equal), least=1.0),
        Measurement("another seed: head's correlation", row.other_seed_correlation, -0.7, 0.7),
        Measurement("sharpness of static regions, least", min(row.static), 0.97, 1.03),
        Measurement("sharpness of static regions, most", max(row.static), 0.97, 1.03),
        Measurement("sharpness of the surroundings, least", min(row.surroundings)),
        Measurement("sharpness of moving skin, least", min(row.skin)),
        Measurement("sharpness of moving skin, spread from frame 25 on", max(row.skin[1:]) - min(row.skin[1:])),
    ]
