"""Reference banks: the ReferenceNet's features of the portrait and of the motion frames, read by the denoising UNet.

The portrait's banks are computed once for a whole narration, those of the motion frames once for each clip. The
reference code tiles unconditional (u) and conditional (c) face tokens over the rows [portrait, motion frame 1, motion
frame 2] of both guidance branches as u c u c u c, so some rows see the other branch's tokens; ``steady_reference``
gives each branch its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ...settings import CompatibilityFlags
from .reference_net import Bank, ReferenceNet


@dataclass(frozen=True)
class FaceTokens:
    """Tokens [1, 4, 768] of the face, and those of the unconditional branch."""

    face: Tensor
    unconditional: Tensor

    @property
    def same(self) -> bool:
        """Whether both branches have the same tokens (no face embedding), so their banks are the same too."""
        return torch.equal(self.face, self.unconditional)


@dataclass(frozen=True)
class MotionFrameBanks:
    """Banks of the motion frames, rows [M, N, C], for each guidance branch."""

    conditional: Bank
    unconditional: Bank


def portrait_banks(
    net: ReferenceNet, latent: Tensor, tokens: FaceTokens, compatibility: CompatibilityFlags, guided: bool
) -> tuple[Bank, ...]:
    """Banks of the portrait's latent [1, 4, h, w] that the frames of the conditional branch use in turn."""
    with_face = _bank(net, latent, tokens.face, compatibility)
    if compatibility.steady_reference or not guided:
        return (with_face,)
    return (with_face if tokens.same else _bank(net, latent, tokens.unconditional, compatibility), with_face)


def motion_frame_banks(
    net: ReferenceNet, latents: Tensor, tokens: FaceTokens, compatibility: CompatibilityFlags, guided: bool
) -> MotionFrameBanks:
    """Banks of the motion frames' latents [M, 4, h, w]."""
    if not guided or tokens.same:
        bank = _bank(net, latents, tokens.face, compatibility)
        return MotionFrameBanks(bank, bank)
    if compatibility.steady_reference:
        return MotionFrameBanks(
            _bank(net, latents, tokens.face, compatibility), _bank(net, latents, tokens.unconditional, compatibility)
        )
    rows, tiled = 1 + len(latents), (tokens.unconditional, tokens.face)
    banks = []
    for branch in range(2):
        context = torch.cat([tiled[(branch * rows + row) % 2] for row in range(1, rows)])  # [M, 4, 768]
        banks.append(_bank(net, latents, context, compatibility))
    return MotionFrameBanks(conditional=banks[1], unconditional=banks[0])


def _bank(net: ReferenceNet, latents: Tensor, context: Tensor, compatibility: CompatibilityFlags) -> Bank:
    bank = net(latents, context.expand(len(latents), -1, -1))
    if compatibility.full_precision_bank:
        return bank
    return {layer: rows.half().to(rows.dtype) for layer, rows in bank.items()}
