"""The bundled starter family: weights beside this file -> ``core.families.starter.model.StarterModel``."""

from .loader import SAMPLES, WEIGHTS, load

__all__ = ["SAMPLES", "WEIGHTS", "load"]
