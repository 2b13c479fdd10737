"""The starter's renderer: warps the portrait's own pixels by facial-motion latents."""

from .decoder import WarpDecoder, render_chunks

__all__ = ["WarpDecoder", "render_chunks"]
