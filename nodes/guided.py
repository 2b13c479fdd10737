"""The guided transformers: encoded inputs and a block -> segments of the shared latent space."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from ..core.bundles import Portrait, Prompt, VoiceProfile
from ..core.progress import Stage, counted
from .host import types
from .host.checks import StageNode
from .host.media import mono
from .host.memory import (
    LoadedBlock,
    LoadedModel,
    for_compute,
    for_output,
)
from .host.progress import NodeProgress
from .host.schema import fps_widget, seed_widget, speed_widget

SEGMENT_SECONDS = 6  # only for the progress bar


def attention_widget() -> io.Boolean.Input:
    return io.Boolean.Input(
        "keep_attention", default=False, tooltip="Keep the attention maps for the Attention Maps node (uses memory)."
    )


def entangled_output() -> Any:
    return types.Entangled.Output("entangled", display_name="entangled", tooltip="Speech and face in one latent space.")


class PromptGuidedTransformerNode(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_PromptGuidedTransformer",
            display_name="Prompt-Guided Transformer",
            category=types.ENTANGLEMENT,
            description="Entangles voice, text and face: one segment of latents for each sentence.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                types.VoiceProfile.Input("voice_profile", tooltip="Who speaks."),
                types.Prompt.Input("prompt", tooltip="What is said."),
                types.Portrait.Input(
                    "portrait", optional=True, tooltip="Who is seen; leave it open for speech without a face."
                ),
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
        profile, sentences = for_compute((voice_profile, prompt))
        tokens = None if portrait is None else for_compute(portrait.visual_tokens)
        with model.running(block) as networks:
            segments = networks.voice.entangle(
                profile, sentences, tokens, block.voice, fps=fps, speed=speed, seed=seed, attention=keep_attention
            )
            reported = counted(segments, Stage.ENTANGLE, len(prompt.sentences), NodeProgress())
            return io.NodeOutput(tuple(for_output(segment) for segment in reported))


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
                io.Audio.Input("audio", tooltip="The recording that the face speaks; connect it to the decoder too."),
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
            segments = networks.face.entangle_speech(speech, seen, block.face, fps=fps, attention=keep_attention)
            reported = counted(segments, Stage.ENTANGLE, round(speech.seconds / SEGMENT_SECONDS), NodeProgress())
            return io.NodeOutput(tuple(for_output(segment) for segment in reported))
