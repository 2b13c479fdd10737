"""The starter reference-net video decoder: a portrait and facial-motion latents become frames."""

from .decoder import ReferenceNetDecoder, render_windows

__all__ = ["ReferenceNetDecoder", "render_windows"]
