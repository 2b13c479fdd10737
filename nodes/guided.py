"""The guided transformers: encoded inputs and a block -> windows of the shared latent space."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from ..core.bundles import Portrait, Prompt, VoiceProfile
from .host import types
from .host.checks import StageNode
from .host.media import mono
from .host.memory import (
    LoadedBlock,
    LoadedModel,
    for_compute,
    for_output,
)
from .host.progress import Progress
from .host.schema import fps_widget, seed_widget, speed_widget

WINDOW_SECONDS = 8  # only for the progress bar


def attention_widget() -> io.Boolean.Input:
    return io.Boolean.Input(
        "keep_attention", default=False, tooltip="Keep the attention maps for the Attention Maps node (uses memory)."
    )


def entangled_output() -> Any:
    return types.Entangled.Output("entangled", display_name="entangled", tooltip="Speech and face in one latent space.")


class PromptGuidedTransformer(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_PromptGuidedTransformer",
            display_name="Prompt-Guided Transformer",
            category=types.ENTANGLEMENT,
            description="Entangles voice, text and face: one window of latents for each sentence.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                types.VoiceProfile.Input("voice_profile", tooltip="Who speaks."),
                types.Prompt.Input("prompt", tooltip="What is said."),
                types.Portrait.Input("portrait", optional=True, tooltip="Who is seen; leave it open for speech alone."),
                types.Block.Input("block", tooltip="ETE, STE or no entanglement: rewire to compare."),
                fps_widget(),
                speed_widget(),
                seed_widget("Another seed speaks with another rhythm; the same seed gives the same result."),
                attention_widget(),
            ],
            outputs=[entangled_output()],
        )

    @classmethod
    def execute(
        cls,
        model: LoadedModel,
        voice_profile: VoiceProfile,
        prompt: Prompt,
        block: LoadedBlock,
        fps: float,
        speed: float,
        seed: int,
        keep_attention: bool,
        portrait: Portrait | None = None,
    ) -> io.NodeOutput:
        cls.check(fps=fps, speed=speed, seed=seed)
        voice, said = for_compute((voice_profile, prompt))
        with model.running(block) as networks:
            seen = for_compute(networks.no_portrait() if portrait is None else portrait)
            windows = networks.entangle(
                voice, said, seen, block.module, fps=fps, speed=speed, seed=seed, attention=keep_attention
            )
            counted = Progress().over(windows, 0, 1, len(prompt.sentences))
            return io.NodeOutput(tuple(for_output(window) for window in counted))


class SpeechGuidedTransformer(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_SpeechGuidedTransformer",
            display_name="Speech-Guided Transformer",
            category=types.ENTANGLEMENT,
            description="Entangles recorded speech and face: no text and no voice profile needed.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                io.Audio.Input("audio", tooltip="The recording that the face shall speak; give it to the decoder too."),
                types.Portrait.Input("portrait", tooltip="Who is seen."),
                types.Block.Input("block", tooltip="ETE, STE or no entanglement: rewire to compare."),
                fps_widget(),
                attention_widget(),
            ],
            outputs=[entangled_output()],
        )

    @classmethod
    def execute(
        cls,
        model: LoadedModel,
        audio: dict[str, Any] | None,
        portrait: Portrait,
        block: LoadedBlock,
        fps: float,
        keep_attention: bool,
    ) -> io.NodeOutput:
        cls.check(fps=fps)
        speech, seen = for_compute((mono(audio), portrait))
        with model.running(block) as networks:
            windows = networks.entangle_speech(speech, seen, block.module, fps=fps, attention=keep_attention)
            counted = Progress().over(windows, 0, 1, round(speech.seconds / WINDOW_SECONDS))
            return io.NodeOutput(tuple(for_output(window) for window in counted))
