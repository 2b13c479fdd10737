"""The bank: what the denoising UNet reads of the portrait and of the frames before a clip.

The portrait's part is computed once for a whole narration, that of earlier frames once for each clip. The reference
code tiles the face tokens over rows [portrait, earlier 1, earlier 2] of both halves as u c u c u c, so that some rows
see the other half's tokens; ``steady_reference`` gives each half its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .reference_net import Bank, ReferenceNet
from .settings import CompatibilityFlags


@dataclass(frozen=True)
class FaceTokens:
    """Tokens [1, 4, 768] of the face, and of nobody (the unconditional half)."""

    face: Tensor
    unconditional: Tensor

    @property
    def same(self) -> bool:
        """No face embedding: both halves see the same, so the rows need computing only once."""
        return torch.equal(self.face, self.unconditional)


@dataclass(frozen=True)
class MotionFrameBanks:
    """Bank rows [M, N, C] of earlier frames, for each half."""

    conditional: Bank
    unconditional: Bank


def portrait_banks(
    net: ReferenceNet, latent: Tensor, tokens: FaceTokens, compatibility: CompatibilityFlags, guided: bool
) -> tuple[Bank, ...]:
    """The groups that frames of the conditional half take in turn, of the portrait [1, 4, h, w]."""
    with_face = _bank(net, latent, tokens.face, compatibility)
    if compatibility.steady_reference or not guided:
        return (with_face,)
    return (with_face if tokens.same else _bank(net, latent, tokens.unconditional, compatibility), with_face)


def motion_frame_banks(
    net: ReferenceNet, latents: Tensor, tokens: FaceTokens, compatibility: CompatibilityFlags, guided: bool
) -> MotionFrameBanks:
    """Banks of the earlier frames' latents [M, 4, h, w]."""
    if not guided or tokens.same:
        bank = _bank(net, latents, tokens.face, compatibility)
        return MotionFrameBanks(bank, bank)
    if compatibility.steady_reference:
        return MotionFrameBanks(
            _bank(net, latents, tokens.face, compatibility), _bank(net, latents, tokens.unconditional, compatibility)
        )
    rows, turns = 1 + len(latents), (tokens.unconditional, tokens.face)
    branches = []
    for half in range(2):
        context = torch.cat([turns[(half * rows + row) % 2] for row in range(1, rows)])  # [M, 4, 768]
        branches.append(_bank(net, latents, context, compatibility))
    return MotionFrameBanks(conditional=branches[1], unconditional=branches[0])


def _bank(net: ReferenceNet, latents: Tensor, context: Tensor, compatibility: CompatibilityFlags) -> Bank:
    bank = net(latents, context.expand(len(latents), -1, -1))
    return (
        bank
        if compatibility.full_precision_bank
        else {place: rows.half().to(rows.dtype) for place, rows in bank.items()}
    )
