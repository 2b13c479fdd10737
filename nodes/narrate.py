"""The whole pipeline in one node: portrait, voice sample and text -> a talking video."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io
from torch import Tensor

from ..core.model import FaceControls
from ..core.pipeline import narrate
from .host import types
from .host.checks import StageNode
from .host.media import (
    audio_of,
    picture,
    sound,
    video_of,
)
from .host.memory import LoadedModel, for_compute, for_output
from .host.progress import Progress
from .host.schema import (
    face_widgets,
    fps_widget,
    seed_widget,
    speed_widget,
)

BLOCKS = ["ete", "ste", "none"]
SPOKEN = 0.3  # of the progress bar when the speech is made and rendering begins
SHARES = {
    "portrait": (0.0, 0.05),
    "voice profile": (0.05, 0.1),
    "entangle": (0.1, 0.15),
    "decode speech": (0.15, 0.25),
    "generate speech": (0.25, SPOKEN),
}


class Narrate(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_Narrate",
            display_name="Narrate",
            category=types.WHOLE,
            description="That face says that text in that voice. Every stage is also a node of its own.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                io.Image.Input("image", tooltip="One face, seen from the front. Of a batch the first picture is used."),
                io.Audio.Input("voice", tooltip="A sample of the voice: one speaker, 3 s or more, little noise."),
                io.String.Input(
                    "text",
                    multiline=True,
                    dynamic_prompts=False,
                    default="Hello! This is my face, and this is my voice.",
                    placeholder="What the face shall say",
                    tooltip="English, any length up to 20,000 characters.",
                ),
                io.Combo.Input(
                    "encoder",
                    options=BLOCKS,
                    default="ete",
                    tooltip="Entanglement: explicit (ete), shared (ste) or none.",
                ),
                fps_widget(),
                speed_widget(),
                *face_widgets(),
                seed_widget("The same seed gives the same video; another seed other rhythm, blinks and motion."),
            ],
            outputs=[
                io.Video.Output("video", display_name="video", tooltip="H.264 and AAC: save it with Save Video."),
                io.Audio.Output("audio", display_name="audio", tooltip="The narration as sound."),
                io.Float.Output("frame_rate", display_name="fps", tooltip="Frames a second of the video."),
            ],
        )

    @classmethod
    def execute(
        cls,
        model: LoadedModel,
        image: Tensor,
        voice: dict[str, Any] | None,
        text: str,
        encoder: str,
        fps: float,
        speed: float,
        seed: int,
        **controls: float,
    ) -> io.NodeOutput:
        cls.check(text=text, encoder=encoder, fps=fps, speed=speed, seed=seed, **controls)
        portrait, sample = for_compute(picture(image)), for_compute(sound(voice, "voice"))
        progress = Progress()
        with model.running() as networks:
            narration = narrate(
                networks,
                portrait,
                sample,
                text,
                encoder=encoder,
                fps=fps,
                speed=speed,
                controls=FaceControls(seed=seed, **controls),
                progress=lambda stage, done, total: progress.part(*SHARES[stage], total)(done),
            )
            video = video_of(narration, progress.part(SPOKEN, 1, narration.frames))
        return io.NodeOutput(video, audio_of(for_output(narration.speech)), fps)
