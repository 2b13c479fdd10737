"""Face controls with the settings that only Hallo reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...settings import FaceControls, HalloSettings


@dataclass(frozen=True)
class HalloControls(FaceControls):
    """``rendering`` is read by Hallo; of the rest Hallo reads the seed, and other faces read everything."""

    rendering: HalloSettings = field(default_factory=HalloSettings)
