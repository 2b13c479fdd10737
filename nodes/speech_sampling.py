"""How speech is drawn by families that draw it: preset or numbers -> NARRATING_FACE_SPEECH_SAMPLING."""

from __future__ import annotations

from dataclasses import replace

from comfy_api.latest import io

from ..core.voice.xtts.sampling import SAMPLING_PRESETS
from ..core.voice.xtts.sampling import SpeechSampling as Sampling
from .host import types
from .host.checks import StageNode
from .host.schema import seed_widget

CUSTOM = "custom"


class SpeechSampling(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_SpeechSampling",
            display_name="Speech Sampling",
            category=types.DECODERS,
            description="How XTTS-v2 draws its audio codes; the starter family plans its speech and ignores this.",
            inputs=[
                io.Combo.Input(
                    "preset",
                    options=[*SAMPLING_PRESETS, CUSTOM],
                    default="authors",
                    tooltip="The authors' numbers, those of XTTS-v2's configuration, or the ones below (custom).",
                ),
                io.Float.Input(
                    "temperature",
                    default=0.75,
                    min=0.0,
                    max=2.0,
                    step=0.05,
                    tooltip="Variety: 0 always takes the likeliest code, above 1 speech becomes erratic. For custom.",
                ),
                io.Int.Input(
                    "top_k",
                    default=50,
                    min=0,
                    max=1024,
                    tooltip="Only the best codes are drawn; 0 allows all. For custom.",
                ),
                io.Float.Input(
                    "top_p",
                    default=0.85,
                    min=0.0,
                    max=1.0,
                    step=0.01,
                    tooltip="Only the best codes that make up this share of probability; 1 allows all. For custom.",
                ),
                io.Float.Input(
                    "repetition_penalty",
                    default=10.0,
                    min=1.0,
                    max=20.0,
                    step=0.5,
                    tooltip="Makes codes that were heard less likely: 1 not at all. For custom.",
                ),
                seed_widget("Another seed reads the text otherwise; added to the transformer's own seed."),
            ],
            outputs=[
                types.SpeechSampling.Output(
                    "sampling", display_name="sampling", tooltip="For the GPT-2 Speech Decoder."
                )
            ],
        )

    @classmethod
    def execute(cls, preset: str, seed: int, **numbers: float) -> io.NodeOutput:
        cls.check(preset=preset, seed=seed, **numbers)
        chosen = Sampling(**numbers) if preset == CUSTOM else SAMPLING_PRESETS[preset]
        return io.NodeOutput(replace(chosen, seed=seed))
