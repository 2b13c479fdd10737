"""The face half of the graph: shared latents and sound -> a finished video."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from ..core.bundles import Entangled, Portrait
from ..core.errors import InputError
from ..core.face.hallo.settings import HalloSettings
from ..core.model import FaceControls
from .host import types
from .host.checks import StageNode
from .host.media import mono, video_of
from .host.memory import LoadedModel, for_compute
from .host.progress import Progress
from .host.schema import face_widgets, seed_widget

DECODED = 0.1  # of the progress bar when the motion is known and rendering begins


class VideoDecoder(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_VideoDecoder",
            display_name="Reference-Net Video Decoder",
            category=types.DECODERS,
            description="Decodes facial motion and renders the portrait, at its own resolution, as a video with sound.",
            inputs=[
                types.Model.Input("model", tooltip="From Load Narrating Face Model."),
                types.Entangled.Input("entangled", tooltip="From a guided transformer."),
                types.Portrait.Input("portrait", tooltip="Who is seen."),
                io.Audio.Input("audio", tooltip="The speech: from the HiFi Generator, or the recording to animate."),
                *face_widgets(),
                seed_widget("Another seed blinks, looks and moves differently."),
                types.HalloSettings.Input(
                    "diffusion_settings", optional=True, tooltip="For the full family: steps, size, memory."
                ),
            ],
            outputs=[
                io.Video.Output("video", display_name="video", tooltip="H.264 and AAC: save it with Save Video."),
                io.Float.Output("fps", display_name="fps", tooltip="Frames a second of the video."),
            ],
        )

    @classmethod
    def execute(
        cls,
        model: LoadedModel,
        entangled: tuple[Entangled, ...],
        portrait: Portrait,
        audio: dict[str, Any] | None,
        seed: int,
        diffusion_settings: HalloSettings | None = None,
        **controls: float,
    ) -> io.NodeOutput:
        cls.check(seed=seed, **controls)
        if not entangled:
            raise InputError("entangled holds no window: give the guided transformer some text or speech.")
        progress, fps = Progress(), entangled[0].fps
        chosen = FaceControls(seed=seed, diffusion=diffusion_settings, **controls)
        speech, seen = for_compute((mono(audio), portrait))
        with model.running() as networks:
            counted = (for_compute(window) for window in progress.over(entangled, 0, DECODED, len(entangled)))
            narration = networks.narration(counted, seen, speech, chosen, fps)
            return io.NodeOutput(video_of(narration, progress.part(DECODED, 1, narration.frames)), fps)
