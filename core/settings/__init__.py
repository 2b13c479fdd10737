"""Every limit and setting that a user can choose, defined and validated once; CLI, nodes and core read it."""

from .face import FaceControls
from .hallo import (
    REFERENCE,
    REFERENCE_COMPATIBLE,
    CompatibilityFlags,
    DenoisingSettings,
    HalloSettings,
)
from .limits import Limit
from .speech import (
    PRECISIONS,
    REFERENCES,
    SAMPLING_PRESETS,
    SpeechSampling,
)

__all__ = [
    "PRECISIONS",
    "REFERENCE",
    "REFERENCES",
    "REFERENCE_COMPATIBLE",
    "SAMPLING_PRESETS",
    "CompatibilityFlags",
    "DenoisingSettings",
    "FaceControls",
    "HalloSettings",
    "Limit",
    "SpeechSampling",
]
