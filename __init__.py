"""Narrating Face: the entry point that ComfyUI calls, and two functions for Python; nothing is imported before its use.

import narrating_face

model = narrating_face.load()  # the starter family, on the CPU
narration = narrating_face.narrate(model, image, (waveform, sample_rate), "Hello.")
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.pipeline import narrate
    from .model_loaders.starter import load

__all__ = ["WEB_DIRECTORY", "comfy_entrypoint", "load", "narrate"]

WEB_DIRECTORY = "./web"


async def comfy_entrypoint():
    from .nodes import NarratingFaceExtension

    return NarratingFaceExtension()


def __getattr__(name: str):
    """Imports ``load`` and ``narrate``, and PyTorch with them, when one of them is first asked for."""
    if name == "load":
        from .model_loaders.starter import load

        return load
    if name == "narrate":
        from .core.pipeline import narrate

        return narrate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
