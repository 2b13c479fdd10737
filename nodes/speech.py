"""The speech half of the graph: shared latents -> speech latents -> sound."""

from __future__ import annotations

from comfy_api.latest import io, ui

from ..core.bundles import Entangled, SpeechLatents
from ..core.settings import SpeechSampling
from .host import types
from .host.checks import StageNode
from .host.media import audio_of
from .host.memory import LoadedModel, for_compute, for_output
from .host.progress import NodeProgress


class SpeechDecoder(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_SpeechDecoder",
            display_name="GPT-2 Speech Decoder",
            category=types.DECODERS,
            description="Decodes the audio half of the shared latent space into speech latents.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                types.Entangled.Input("entangled", tooltip="From the Prompt-Guided Transformer."),
                types.SpeechSampling.Input(
                    "sampling", optional=True, tooltip="From Speech Sampling; without it the authors' numbers are used."
                ),
            ],
            outputs=[
                types.SpeechLatents.Output(
                    "speech_latents", display_name="speech_latents", tooltip="Speech before it is sound."
                ),
                io.String.Output("notes", display_name="notes", tooltip="What to know about the speech, if anything."),
            ],
        )

    @classmethod
    def execute(
        cls, model: LoadedModel, entangled: tuple[Entangled, ...], sampling: SpeechSampling | None = None
    ) -> io.NodeOutput:
        with model.running() as networks:
            segments = (for_compute(segment) for segment in entangled)
            latents = networks.voice.decode_speech(segments, sampling, NodeProgress())
        notes = "\n".join(latents.notes)
        result = for_output(latents)
        return io.NodeOutput(result, notes, ui=ui.PreviewText(notes)) if notes else io.NodeOutput(result, "")


class HiFiGeneratorNode(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_HiFiGenerator",
            display_name="HiFi Generator",
            category=types.DECODERS,
            description="Generates the waveform from speech latents.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                types.SpeechLatents.Input("speech_latents", tooltip="From the GPT-2 Speech Decoder."),
            ],
            outputs=[io.Audio.Output("audio", display_name="audio", tooltip="The narration as sound.")],
        )

    @classmethod
    def execute(cls, model: LoadedModel, speech_latents: SpeechLatents) -> io.NodeOutput:
        with model.running() as networks:
            return io.NodeOutput(audio_of(for_output(networks.voice.generate_speech(for_compute(speech_latents)))))
