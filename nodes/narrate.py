"""The whole pipeline in one node: portrait, voice sample and text -> a talking video."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io
from torch import Tensor

from ..core.pipeline import narrate
from ..core.progress import Stage
from ..core.settings import HalloSettings, SpeechSampling
from .host import types
from .host.checks import StageNode
from .host.media import (
    audio_of,
    picture,
    sound,
    video_of,
)
from .host.memory import LoadedModel, for_compute, for_output
from .host.progress import NodeProgress
from .host.schema import (
    face_widgets,
    fps_widget,
    language_widget,
    seed_widget,
    speed_widget,
    text_widget,
)
from .video import face_controls

BLOCKS = ["ete", "ste", "none"]
SHARES = {
    Stage.PORTRAIT: (0.0, 0.05),
    Stage.VOICE_PROFILE: (0.05, 0.1),
    Stage.ENTANGLE: (0.1, 0.15),
    Stage.DECODE_SPEECH: (0.15, 0.25),
    Stage.GENERATE_SPEECH: (0.25, 0.3),
    Stage.FRAMES: (0.3, 1.0),
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
                types.Model.Input("model", tooltip="From a loader, or from Combine Voice and Face."),
                io.Image.Input("image", tooltip="One face, seen from the front. Of a batch the first picture is used."),
                io.Audio.Input("voice", tooltip="A sample of the voice: one speaker, 3 s or more, little noise."),
                text_widget(),
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
                language_widget(),
                types.SpeechSampling.Input(
                    "sampling", optional=True, tooltip="From Speech Sampling, for voices that sample their speech."
                ),
                types.HalloSettings.Input(
                    "diffusion_settings",
                    optional=True,
                    tooltip="From Diffusion Settings, for Hallo: steps, size, memory.",
                ),
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
        language: str = "en",
        sampling: SpeechSampling | None = None,
        diffusion_settings: HalloSettings | None = None,
        **controls: float,
    ) -> io.NodeOutput:
        cls.check(text=text, encoder=encoder, fps=fps, speed=speed, seed=seed, language=language, **controls)
        portrait, sample = for_compute(picture(image)), for_compute(sound(voice, "voice"))
        progress = NodeProgress(SHARES)
        with model.running() as networks:
            narration = narrate(
                networks,
                portrait,
                sample,
                text,
                encoder=encoder,
                fps=fps,
                speed=speed,
                controls=face_controls(seed, diffusion_settings, controls),
                language=language,
                sampling=sampling,
                progress=progress,
            )
            video = video_of(narration, progress)
        return io.NodeOutput(video, audio_of(for_output(narration.speech)), fps)
