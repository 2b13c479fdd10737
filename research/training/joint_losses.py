"""The losses of the joint training: every one is a mean over real (unpadded) positions."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ...core.audio.pitch import semitones
from ...core.motion_channels import ARTICULATION
from .joint_batch import Batch

LIP_GAP, LIP_PRESS, LIP_TEETH = (ARTICULATION.index(name) for name in ("lip_gap", "lip_press", "lip_teeth"))


def mel_loss(made: Tensor, batch: Batch) -> Tensor:
    """L1 between log-mels [B, 2 T, 100]."""
    frames = batch.speech_mask.repeat_interleave(2, dim=1)
    return masked_mean((made - batch.mel).abs().mean(-1), frames)


def column_loss(made: Tensor, batch: Batch) -> Tensor:
    """Distance of pitch columns [B, 2 T, 2]: octaves count fully where voiced, a tenth elsewhere."""
    frames = batch.speech_mask.repeat_interleave(2, dim=1)
    octaves, voicing = (made - batch.pitch).abs().unbind(-1)
    return masked_mean(octaves * (0.1 + batch.pitch[..., 1]) + 0.1 * voicing, frames)


def duration_loss(log_durations: Tensor, batch: Batch) -> Tensor:
    target = batch.durations.clamp_min(1).float().log()
    return masked_mean((log_durations - target).square(), batch.durations > 0)


def pitch_loss(contour: Tensor, voicing: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """(L1 of semitones where voiced, cross-entropy of voicing)."""
    voiced = (batch.f0 > 0) & batch.speech_mask
    target = semitones(batch.f0, batch.median_hz[:, None]).clamp(-14, 14)
    cross_entropy = F.binary_cross_entropy_with_logits(voicing, voiced.float(), reduction="none")
    return masked_mean((contour - target).abs(), voiced), masked_mean(cross_entropy, batch.speech_mask)


def motion_loss(made: Tensor, batch: Batch) -> Tensor:
    """Distance of articulation and of its velocity; the lip gap weighs most, and more where the lips must touch."""
    weight = torch.ones(len(ARTICULATION))
    weight[LIP_GAP] = 8.0
    contact = batch.articulation[..., [LIP_PRESS, LIP_TEETH]].amax(-1)  # [B, F]
    emphasis = batch.frame_mask * (1 + 3 * contact)
    difference = made - batch.articulation
    distance = ((difference.abs() + 2 * difference.square()) * weight).mean(-1)
    velocity = ((made.diff(dim=1) - batch.articulation.diff(dim=1)).abs() * weight).mean(-1)
    return (distance * emphasis).sum() / emphasis.sum() + 0.5 * masked_mean(velocity, batch.frame_mask[:, 1:])


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    return (values * mask).sum() / mask.sum().clamp_min(1)
