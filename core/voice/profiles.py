"""Voice profiles of one family combined: several samples of one voice averaged, two voices blended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import torch
from torch import Tensor

from ..bundles import SampleStatistics, VoiceProfile
from ..errors import InputError


def average_profiles(profiles: Sequence[VoiceProfile]) -> VoiceProfile:
    """One profile of several samples of a voice: the mean of latents and embeddings. Raises InputError."""
    if not profiles:
        raise InputError("no voice profile was given: at least one is needed for an average.")
    return _weighted(profiles, [1 / len(profiles)] * len(profiles))


def blend_profiles(first: VoiceProfile, second: VoiceProfile, weight: float) -> VoiceProfile:
    """A voice between two: ``weight`` 0 is the first, 1 the second. Raises InputError."""
    if not 0 <= weight <= 1:
        raise InputError(f"weight is {weight}: it must lie between 0 (the first voice) and 1 (the second).")
    return _weighted([first, second], [1 - weight, weight])


def _weighted(profiles: Sequence[VoiceProfile], weights: Sequence[float]) -> VoiceProfile:
    shapes = {(tuple(profile.conditioning.shape), tuple(profile.speaker.shape)) for profile in profiles}
    if len(shapes) > 1:
        raise InputError("the voice profiles are of different model families: make them all with one model.")
    pairs = list(zip(weights, profiles, strict=True))
    conditioning = torch.stack([weight * profile.conditioning for weight, profile in pairs]).sum(0)
    speaker = torch.stack([weight * profile.speaker for weight, profile in pairs]).sum(0)
    statistics = [
        sum(weight * fact for weight, fact in zip(weights, statistics, strict=True))
        for statistics in _columns(profiles)
    ]
    return VoiceProfile(conditioning, speaker, SampleStatistics(*statistics), _timbre(pairs))


def _timbre(pairs: Sequence[tuple[float, VoiceProfile]]) -> Tensor | None:
    """The weighted mean of all colours; None where a profile has none."""
    timbres = [weight * profile.timbre for weight, profile in pairs if profile.timbre is not None]
    return torch.stack(timbres).sum(0) if len(timbres) == len(pairs) else None


def _columns(profiles: Sequence[VoiceProfile]) -> list[tuple[float, ...]]:
    """Each fact of all profiles."""
    return list(zip(*(astuple(profile.statistics) for profile in profiles), strict=True))
