"""The starter reference-net video decoder: a portrait and facial-motion latents become frames."""

from .decoder import WarpDecoder, render_windows

__all__ = ["WarpDecoder", "render_windows"]
