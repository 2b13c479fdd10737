"""The bundled starter: weights beside this file -> a ``core.model.Model`` with both halves."""

from .loader import SAMPLES, WEIGHTS, load

__all__ = ["SAMPLES", "WEIGHTS", "load"]
