"""Voice profiles: the starter's own kind, reading them from files, averaging several samples, blending two voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from ..bundles import SampleStatistics, VoiceProfile
from ..errors import InputError
from ..settings.limits import BLEND_WEIGHT
from .sound_classes import N_CEPSTRA
from .timbre import TIMBRE_ROWS

TIMBRE = "colour"  # its key in the file


@dataclass(frozen=True)
class StarterVoiceProfile(VoiceProfile):
    """A profile of the starter: ``timbre`` [B, 11, 20] is the correction that makes its speech sound like the sample
    (core.voice.timbre)."""

    timbre: Tensor

    def tensors(self) -> dict[str, Tensor]:
        return super().tensors() | {TIMBRE: self.timbre}


def load_profile(path: str | Path) -> VoiceProfile:
    """Read a profile written by ``VoiceProfile.save``. Raises InputError when the file is not one."""
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            statistics = SampleStatistics(**{name: float(metadata[name]) for name in SampleStatistics.__annotations__})
            common = file.get_tensor("conditioning"), file.get_tensor("speaker"), statistics
            if TIMBRE not in file.keys():  # noqa: SIM118
                return VoiceProfile(*common)
            timbre = file.get_tensor(TIMBRE)
            if timbre.shape[1:] != (TIMBRE_ROWS, N_CEPSTRA):
                raise ValueError("its timbre has another shape, make it again from the sample")
            return StarterVoiceProfile(*common, timbre)
    except Exception as error:
        raise InputError(
            f"voice profile {str(path)!r} could not be read ({error}): "
            "pass a .safetensors file written by VoiceProfile.save."
        ) from error


def average_profiles(profiles: Sequence[VoiceProfile]) -> VoiceProfile:
    """One profile of several samples of a voice: the mean of latents and embeddings. Raises InputError."""
    if not profiles:
        raise InputError("no voice profile was given: at least one is needed for an average.")
    return _weighted_mean(profiles, [1 / len(profiles)] * len(profiles))


def blend_profiles(first: VoiceProfile, second: VoiceProfile, weight: float) -> VoiceProfile:
    """A voice between two: ``weight`` 0 is the first, 1 the second. Raises InputError."""
    BLEND_WEIGHT.check(weight)
    return _weighted_mean([first, second], [1 - weight, weight])


def _weighted_mean(profiles: Sequence[VoiceProfile], weights: Sequence[float]) -> VoiceProfile:
    shapes = {(tuple(profile.conditioning.shape), tuple(profile.speaker.shape)) for profile in profiles}
    if len(shapes) > 1:
        raise InputError("the voice profiles are of different models: make them all with one model.")
    conditioning = _mean([profile.conditioning for profile in profiles], weights)
    speaker = _mean([profile.speaker for profile in profiles], weights)
    columns = zip(*(astuple(profile.statistics) for profile in profiles), strict=True)
    statistics = SampleStatistics(
        *(sum(weight * value for weight, value in zip(weights, column, strict=True)) for column in columns)
    )
    timbres = [profile.timbre for profile in profiles if isinstance(profile, StarterVoiceProfile)]
    if len(timbres) < len(profiles):
        return VoiceProfile(conditioning, speaker, statistics)
    return StarterVoiceProfile(conditioning, speaker, statistics, _mean(timbres, weights))


def _mean(tensors: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    return torch.stack([weight * tensor for weight, tensor in zip(weights, tensors, strict=True)]).sum(0)
