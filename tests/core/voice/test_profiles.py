"""Voice profiles in users' folders: files written by version 0.1.0 load, and speak with today's model."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from narrating_face.core.bundles import VoiceProfile
from narrating_face.core.model import Model
from narrating_face.core.pipeline import speak
from narrating_face.core.voice.profiles import (
    StarterVoiceProfile,
    average_profiles,
    blend_profiles,
    load_profile,
)

VOICES = Path(__file__).parents[2] / "data" / "voices"


def test_a_profile_of_the_starter_loads_and_speaks(starter_model: Model, reader_profile: VoiceProfile):
    profile = load_profile(VOICES / "starter_0.1.0.safetensors")
    assert isinstance(profile, StarterVoiceProfile) and isinstance(reader_profile, StarterVoiceProfile)
    assert profile.conditioning.shape == (1, 16, 512) and profile.timbre.shape == (1, 11, 20)
    assert profile.statistics.median_f0_hz == pytest.approx(reader_profile.statistics.median_f0_hz, rel=1e-3)
    for name in ("conditioning", "speaker", "timbre"):
        torch.testing.assert_close(getattr(profile, name), getattr(reader_profile, name), atol=1e-3, rtol=1e-3)
    (_, kept), (_, made) = (speak(starter_model, voice, "Bob may buy a map.") for voice in (profile, reader_profile))
    assert kept.seconds == made.seconds


def test_a_profile_of_xtts_loads_without_a_timbre():
    profile = load_profile(VOICES / "xtts_0.1.0.safetensors")
    assert type(profile) is VoiceProfile
    assert profile.conditioning.shape == (1, 32, 96) and torch.isfinite(profile.speaker).all()


def test_timbres_are_averaged_only_where_every_profile_has_one(reader_profile: VoiceProfile):
    assert isinstance(reader_profile, StarterVoiceProfile)
    plain = VoiceProfile(reader_profile.conditioning, reader_profile.speaker, reader_profile.statistics)
    assert type(average_profiles([reader_profile, plain])) is VoiceProfile
    blended = blend_profiles(reader_profile, reader_profile, 0.25)
    assert isinstance(blended, StarterVoiceProfile)
    torch.testing.assert_close(blended.timbre, reader_profile.timbre)
