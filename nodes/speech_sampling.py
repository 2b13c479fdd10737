"""How speech codes are sampled, by voices that sample them: preset or numbers -> NARRATING_FACE_SPEECH_SAMPLING."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from comfy_api.latest import io

from ..core.settings import SAMPLING_PRESETS, SpeechSampling
from ..core.settings.limits import (
    REPETITION_PENALTY,
    TEMPERATURE,
    TOP_K,
    TOP_P,
)
from .host import types
from .host.checks import StageNode
from .host.schema import number_widget, seed_widget

CUSTOM = "custom"


class SpeechSamplingNode(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_SpeechSampling",
            display_name="Speech Sampling",
            category=types.DECODERS,
            description="How XTTS-v2 samples its audio codes; the starter's voice needs no sampling.",
            inputs=[
                io.Combo.Input(
                    "preset",
                    options=[*SAMPLING_PRESETS, CUSTOM],
                    default="authors",
                    tooltip="The authors' numbers, those of XTTS-v2's configuration, or the ones below (custom).",
                ),
                number_widget(
                    TEMPERATURE, "Variety: 0 always takes the likeliest code, above 1 speech is erratic. For custom."
                ),
                number_widget(TOP_K, "Only the best codes are sampled; 0 allows all. For custom."),
                number_widget(
                    TOP_P, "Only the best codes that make up this share of probability; 1 allows all. For custom."
                ),
                number_widget(
                    REPETITION_PENALTY, "Makes codes that came before less likely: 1 not at all. For custom."
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
    def execute(cls, preset: str, seed: int, **numbers: Any) -> io.NodeOutput:
        cls.check(preset=preset, seed=seed, **numbers)
        chosen = SpeechSampling(**numbers) if preset == CUSTOM else SAMPLING_PRESETS[preset]
        return io.NodeOutput(replace(chosen, seed=seed))
