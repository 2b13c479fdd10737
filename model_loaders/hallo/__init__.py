"""Hallo's checkpoints, and those of the networks around it -> its face half."""

from .load import FaceFiles, LoadedFace, load_face

__all__ = ["FaceFiles", "LoadedFace", "load_face"]
