"""How the full family renders: steps, guidance, size, memory, and which quirks of the reference are mended."""

from __future__ import annotations

from comfy_api.latest import io

from ..core.face.hallo.samplers import SAMPLERS
from ..core.face.hallo.settings import (
    MEMORY,
    REFERENCE_COMPATIBLE,
    CompatibilityFlags,
    DenoisingSettings,
    HalloSettings,
)
from .host import types
from .host.checks import StageNode
from .host.schema import advanced_float, newer

WHOLE, HEAD = "whole picture", "head alone"
FIXES = {
    "steady_reference": "Every frame sees the portrait alike; off, frames alternate between two versions (a flicker).",
    "keep_aspect": "The picture keeps its shape; off, it is stretched to a square.",
    "full_bank": "Reference features keep their precision; off, they are rounded to half floats.",
    "joined_steps": "DDIM goes to the next listed step; off, it misses it where 1000 is no multiple of the steps.",
    "latent_chain": "A clip continues from latents; off, they are decoded to pixels and encoded again.",
    "anchored": "Colours and contrast are drawn back to the portrait's after each clip; off, long videos drift.",
}


def bounded(id: str, default: float, low: float, high: float, step: float, tooltip: str) -> io.Float.Input:
    return io.Float.Input(id, default=default, min=low, max=high, step=step, tooltip=tooltip)


def switch(id: str, default: bool, tooltip: str) -> io.Boolean.Input:
    return io.Boolean.Input(id, default=default, tooltip=tooltip, **newer(io.Boolean.Input, advanced=True))


class DiffusionSettingsNode(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        strengths = {"pose": "head and shoulders", "face": "the face around the lips", "lip": "the lips"}
        return io.Schema(
            node_id="NarratingFace_DiffusionSettings",
            display_name="Diffusion Settings",
            category=types.DECODERS,
            description="How the full family's video decoder renders; without this node its defaults hold.",
            inputs=[
                io.Int.Input("steps", default=10, min=1, max=100, tooltip="Denoising steps: 8 to 12; 40 with ddim."),
                io.Combo.Input(
                    "sampler",
                    options=list(SAMPLERS)[::-1],
                    default="multistep",
                    tooltip="multistep: second order, few steps. ddim: the reference's own.",
                ),
                bounded(
                    "guidance", 3.5, 1.0, 20.0, 0.1, "How strongly the face and the speech lead; 1 halves the time."
                ),
                bounded("guidance_start", 0.0, 0.0, 1.0, 0.05, "Guidance begins at this part of the steps."),
                bounded(
                    "guidance_end", 1.0, 0.0, 1.0, 0.05, "Guidance ends at this part of the steps: 0.6 saves time."
                ),
                io.Int.Input(
                    "reuse", default=1, min=1, max=10, tooltip="Steps that share the deeper levels; 1 is exact."
                ),
                io.Int.Input("size", default=512, min=64, max=1024, step=64, tooltip="Side of a square of equal area."),
                io.Combo.Input("frame", options=[WHOLE, HEAD], default=WHOLE, tooltip="What is rendered."),
                io.Boolean.Input("paste_back", default=True, tooltip="Put frames back into the full-size portrait."),
                io.Combo.Input("memory", options=list(MEMORY), default="auto", tooltip="auto looks at free memory."),
                switch(
                    "exact", False, "Render as the reference does, with all its quirks; overrides the switches below."
                ),
                *(switch(name, True, tip) for name, tip in FIXES.items()),
                *(
                    advanced_float(
                        f"{name}_strength", default=1.0, min=0.0, max=2.0, step=0.05, tooltip=f"How much {what} hear."
                    )
                    for name, what in strengths.items()
                ),
            ],
            outputs=[
                types.HalloSettings.Output(
                    "diffusion_settings", display_name="diffusion_settings", tooltip="For the video decoder."
                )
            ],
        )

    @classmethod
    def execute(
        cls,
        steps: int,
        sampler: str,
        guidance: float,
        guidance_start: float,
        guidance_end: float,
        reuse: int,
        size: int,
        frame: str,
        paste_back: bool,
        memory: str,
        exact: bool,
        pose_strength: float,
        face_strength: float,
        lip_strength: float,
        **fixes: bool,
    ) -> io.NodeOutput:
        numbers = {"steps": steps, "guidance": guidance, "reuse": reuse, "size": size}
        choices = {"sampler": sampler, "frame": frame, "memory": memory}
        cls.check(**numbers, **choices, guidance_start=guidance_start, guidance_end=guidance_end)
        settings = HalloSettings(
            DenoisingSettings(steps, sampler, guidance, (guidance_start, guidance_end), reuse),
            REFERENCE_COMPATIBLE if exact else CompatibilityFlags(**fixes),
            size,
            whole_picture=frame == WHOLE,
            paste_back=paste_back,
            memory=memory,
            strengths=(pose_strength, face_strength, lip_strength),
        )
        return io.NodeOutput(settings)
