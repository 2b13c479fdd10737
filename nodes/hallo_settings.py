"""How Hallo renders: steps, guidance, size, memory, and which quirks of the reference are mended."""

from __future__ import annotations

from comfy_api.latest import io

from ..core.settings import (
    REFERENCE_COMPATIBLE,
    CompatibilityFlags,
    DenoisingSettings,
    HalloSettings,
)
from ..core.settings.hallo import MEMORY_PLANS, SAMPLERS
from ..core.settings.limits import (
    CACHE_INTERVAL,
    FRAME_SIDE,
    GUIDANCE,
    GUIDANCE_END,
    GUIDANCE_START,
    STEPS,
    STRENGTH,
)
from .host import types
from .host.checks import StageNode
from .host.schema import number_widget, switch

WHOLE, HEAD = "whole picture", "head alone"
PARTS = {"pose": "head and shoulders", "face": "the face around the lips", "lip": "the lips"}
FLAGS = {  # widget -> (field of CompatibilityFlags, tooltip)
    "steady_reference": (
        "steady_reference",
        "Every frame sees the same portrait; off, frames alternate between two versions (a flicker).",
    ),
    "keep_aspect": ("keep_aspect", "The picture keeps its shape; off, it is stretched to a square."),
    "full_bank": (
        "full_precision_bank",
        "Reference features keep their precision; off, they are rounded to half floats.",
    ),
    "joined_steps": (
        "aligned_timesteps",
        "DDIM goes to the next listed step; off, it misses it where 1000 is no multiple of the steps.",
    ),
    "latent_chain": (
        "latent_chain",
        "A clip continues from latents; off, they are decoded to pixels and encoded again.",
    ),
    "anchored": (
        "latent_anchor",
        "Colours and contrast are drawn back to the portrait's after each clip; off, long videos drift.",
    ),
}


class DiffusionSettingsNode(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_DiffusionSettings",
            display_name="Diffusion Settings",
            category=types.DECODERS,
            description="How Hallo renders; without this node its defaults apply.",
            inputs=[
                number_widget(STEPS, "Denoising steps: 8 to 12; 40 with ddim."),
                io.Combo.Input(
                    "sampler",
                    options=[str(name) for name in reversed(SAMPLERS)],
                    default="multistep",
                    tooltip="multistep: second order, few steps. ddim: the reference's own.",
                ),
                number_widget(GUIDANCE, "How strongly the face and the speech lead; 1 halves the time."),
                number_widget(GUIDANCE_START, "Guidance begins at this part of the steps."),
                number_widget(GUIDANCE_END, "Guidance ends at this part of the steps: 0.6 saves time."),
                number_widget(CACHE_INTERVAL, "Steps that share the deeper levels; 1 is exact.", "reuse"),
                number_widget(FRAME_SIDE, "Side of a square of equal area."),
                io.Combo.Input("frame", options=[WHOLE, HEAD], default=WHOLE, tooltip="What is rendered."),
                io.Boolean.Input("paste_back", default=True, tooltip="Put frames back into the full-size portrait."),
                io.Combo.Input(
                    "memory", options=list(MEMORY_PLANS), default="auto", tooltip="auto goes by free memory."
                ),
                switch(
                    "exact", False, "Render as the reference does, with all its quirks; overrides the switches below."
                ),
                *(switch(name, True, tip) for name, (_, tip) in FLAGS.items()),
                *(
                    number_widget(STRENGTH, f"How much the speech moves {part}.", f"{name}_strength", advanced=True)
                    for name, part in PARTS.items()
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
        **flags: bool,
    ) -> io.NodeOutput:
        numbers = {"steps": steps, "guidance": guidance, "reuse": reuse, "size": size}
        choices = {"sampler": sampler, "frame": frame, "memory": memory}
        strengths = {"pose_strength": pose_strength, "face_strength": face_strength, "lip_strength": lip_strength}
        cls.check(**numbers, **choices, **strengths, guidance_start=guidance_start, guidance_end=guidance_end)
        settings = HalloSettings(
            DenoisingSettings(steps, sampler, guidance, (guidance_start, guidance_end), reuse),
            REFERENCE_COMPATIBLE if exact else CompatibilityFlags(**{FLAGS[name][0]: on for name, on in flags.items()}),
            size,
            whole_picture=frame == WHOLE,
            paste_back=paste_back,
            memory=memory,
            strengths=(pose_strength, face_strength, lip_strength),
        )
        return io.NodeOutput(settings)
