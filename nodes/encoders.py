"""The three encoders: voice sample, prompt and portrait -> what the guided transformers read."""

from __future__ import annotations

from typing import Any

import torch
from comfy_api.latest import io, ui
from torch import Tensor

from ..core.errors import InputError
from .host import types
from .host.checks import StageNode
from .host.media import picture, sound
from .host.memory import LoadedModel, for_compute, for_output
from .host.schema import language_widget, text_widget
from .host.statistics_text import describe_portrait, describe_voice

FACTS_TIP = "What was measured, as text: show it with a Preview Any node."


class VoiceProfileEncoder(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_VoiceProfileEncoder",
            display_name="Voice-Profile Encoder",
            category=types.ENCODERS,
            description="Turns a few seconds of speech into the voice that will narrate.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                io.Audio.Input("audio", tooltip="One speaker, 3 s or more, little noise; any rate, mono or stereo."),
            ],
            outputs=[
                types.VoiceProfile.Output("voice_profile", display_name="voice_profile", tooltip="Who speaks."),
                io.String.Output("facts", display_name="facts", tooltip=FACTS_TIP),
            ],
        )

    @classmethod
    def execute(cls, model: LoadedModel, audio: dict[str, Any] | None) -> io.NodeOutput:
        waveform, rate = sound(audio)
        with model.running() as networks:
            profile = networks.voice.encode_voice(for_compute(waveform), rate)
        statistics = describe_voice(profile.statistics)
        return io.NodeOutput(for_output(profile), statistics, ui=ui.PreviewText(statistics))


class PromptEncoderNode(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_PromptEncoder",
            display_name="Prompt Encoder",
            category=types.ENCODERS,
            description="Reads the text: numbers and abbreviations become words, words phonemes and text tokens.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                text_widget(),
                language_widget(),
            ],
            outputs=[types.Prompt.Output("prompt", display_name="prompt", tooltip="What is said.")],
        )

    @classmethod
    def execute(cls, model: LoadedModel, text: str, language: str = "en") -> io.NodeOutput:
        cls.check(text=text, language=language)
        with model.running() as networks:
            return io.NodeOutput(for_output(networks.voice.encode_prompt(text, language)))


class PortraitEncoder(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_PortraitEncoder",
            display_name="Portrait Encoder",
            category=types.ENCODERS,
            description="Finds the face in a picture, measures it, and encodes how it looks.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                io.Image.Input("image", tooltip="One face, seen from the front. Of a batch the first picture is used."),
                types.FaceLandmarks.Input(
                    "face_landmarks",
                    optional=True,
                    tooltip="From ComfyUI's own face-landmark node; without it the pack finds the face itself.",
                ),
            ],
            outputs=[
                types.Portrait.Output("portrait", display_name="portrait", tooltip="Who is seen."),
                io.String.Output("facts", display_name="facts", tooltip=FACTS_TIP),
            ],
        )

    @classmethod
    def execute(cls, model: LoadedModel, image: Tensor, face_landmarks: dict[str, Any] | None = None) -> io.NodeOutput:
        landmarks = None if face_landmarks is None else for_compute(first_face(face_landmarks))
        with model.running() as networks:
            portrait = networks.face.encode_portrait(for_compute(picture(image)), landmarks)
        statistics = describe_portrait(portrait.statistics)
        return io.NodeOutput(for_output(portrait), statistics, ui=ui.PreviewText(statistics))


def first_face(face_landmarks: dict[str, Any]) -> Tensor:
    """Landmarks [478, 2] in pixels of the largest face in the first picture."""
    faces = face_landmarks["frames"][0] if face_landmarks["frames"] else []
    if not faces:
        raise InputError("face_landmarks holds no face for the first picture: disconnect it or pick another portrait.")
    largest = max(faces, key=lambda face: float(face["bbox_xyxy"][2] - face["bbox_xyxy"][0]))
    return torch.as_tensor(largest["landmarks_xy"], dtype=torch.float32)
