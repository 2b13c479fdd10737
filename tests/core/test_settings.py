"""Every limit refuses what is outside it, in one sentence that names the setting; the defaults are inside."""

from __future__ import annotations

import math
import re

import pytest
from narrating_face.core.errors import InputError
from narrating_face.core.settings import (
    CompatibilityFlags,
    DenoisingSettings,
    FaceControls,
    HalloSettings,
    Limit,
    SpeechSampling,
    limits,
)

LIMITS = [value for value in vars(limits).values() if isinstance(value, Limit)]


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_bounds_and_default_are_allowed_and_nothing_beyond(limit: Limit):
    for value in (limit.low, limit.high, limit.default):
        limit.check(value)
    below, above = (limit.low - 1, limit.high + 1) if limit.whole else (limit.low - 1e-6, limit.high + 1e-6)
    for value in (below, above, math.nan, math.inf, -math.inf, None, "1", [1]):
        with pytest.raises(InputError) as refusal:
            limit.check(value)
        assert re.fullmatch(rf"{limit.name} is .*: set a .*number from .* to .*\.", str(refusal.value))


def test_a_whole_number_has_no_fraction():
    with pytest.raises(InputError, match=r"seed is 2\.5: set a whole number"):
        FaceControls(seed=2.5)


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        (FaceControls, {"expression": 2.1}),
        (FaceControls, {"head_motion": -0.1}),
        (FaceControls, {"blink_rate": 61}),
        (FaceControls, {"gaze_x": 1.1}),
        (FaceControls, {"gaze_y": -1.1}),
        (FaceControls, {"seed": -1}),
        (SpeechSampling, {"temperature": 2.1}),
        (SpeechSampling, {"top_k": 1025}),
        (SpeechSampling, {"top_p": 1.1}),
        (SpeechSampling, {"repetition_penalty": 0.5}),
        (SpeechSampling, {"seed": 2**63}),
        (DenoisingSettings, {"steps": 0}),
        (DenoisingSettings, {"guidance": 0.5}),
        (DenoisingSettings, {"cache_interval": 11}),
        (DenoisingSettings, {"sampler": "euler"}),
        (DenoisingSettings, {"guided": (0.6, 0.4)}),
        (HalloSettings, {"size": 32}),
        (HalloSettings, {"size": 100}),
        (HalloSettings, {"frames": 31}),
        (HalloSettings, {"strengths": (1.0, 1.0, 2.5)}),
        (HalloSettings, {"memory": "huge"}),
    ],
    ids=str,
)
def test_settings_are_validated_where_they_are_made(settings: type, values: dict):
    with pytest.raises(InputError) as refusal:
        settings(**values)
    (value,) = values.values()
    assert str(value[-1] if isinstance(value, tuple) else value) in str(refusal.value)
    assert "\n" not in str(refusal.value) and str(refusal.value).endswith(".")


def test_defaults_are_valid_and_frozen():
    for settings in (FaceControls(), SpeechSampling(), DenoisingSettings(), HalloSettings(), CompatibilityFlags()):
        with pytest.raises(AttributeError):
            settings.seed = 1  # pyright: ignore[reportAttributeAccessIssue]
