"""Narrating Face for ComfyUI: the entry point that ComfyUI calls; nothing is imported before it does."""

WEB_DIRECTORY = "./web"


async def comfy_entrypoint():
    from .nodes import NarratingFaceExtension

    return NarratingFaceExtension()
