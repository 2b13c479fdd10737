"""Facial motion that only the starter has: the motion of its narrations, and its renderer."""

from __future__ import annotations

from ...core.bundles import FaceMotion, Narration
from ...core.families.starter.bundles import StarterNarration
from ...core.families.starter.face import StarterFace
from ...core.model import Model


def known_motion(narration: Narration) -> FaceMotion:
    """The facial-motion latents of a narration by the starter's face."""
    assert isinstance(narration, StarterNarration)
    return narration.motion


def starter_face(model: Model) -> StarterFace:
    """The face half of a starter model."""
    assert isinstance(model.face, StarterFace)
    return model.face
