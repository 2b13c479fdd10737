"""The face half of the graph: shared latents and sound -> a finished video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comfy_api.latest import io

from ..core.bundles import Entangled, Portrait
from ..core.errors import InputError
from ..core.families.hallo.controls import HalloControls
from ..core.settings import FaceControls, HalloSettings
from .host import types
from .host.checks import StageNode
from .host.media import mono, video_of
from .host.memory import LoadedModel, for_compute
from .host.progress import NodeProgress
from .host.schema import face_widgets, seed_widget


class VideoDecoder(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_VideoDecoder",
            display_name="Reference-Net Video Decoder",
            category=types.DECODERS,
            description="Decodes facial motion and renders the portrait, at its own resolution, as a video with sound.",
            inputs=[
                types.Model.Input("model", tooltip="The model with the face, from a loader."),
                types.Entangled.Input("entangled", tooltip="From a guided transformer of the same model."),
                types.Portrait.Input("portrait", tooltip="Who is seen."),
                io.Audio.Input("audio", tooltip="The speech: from the HiFi Generator, or the recording to animate."),
                *face_widgets(),
                seed_widget("Another seed blinks, looks and moves differently."),
                types.HalloSettings.Input(
                    "diffusion_settings",
                    optional=True,
                    tooltip="From Diffusion Settings, for Hallo: steps, size, memory.",
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
            raise InputError("entangled holds no segment: give the guided transformer some text or speech.")
        fps, chosen = entangled[0].fps, face_controls(seed, diffusion_settings, controls)
        speech, seen = for_compute((mono(audio), portrait))
        with model.running() as networks:
            segments = (for_compute(segment) for segment in entangled)
            narration = networks.face.narration(segments, seen, speech, chosen, fps)
            return io.NodeOutput(video_of(narration, NodeProgress()), fps)


def face_controls(seed: int, settings: HalloSettings | None, controls: Mapping[str, float]) -> FaceControls:
    """The controls from widgets, with Hallo's settings where they are connected."""
    if settings is None:
        return FaceControls(seed=seed, **controls)
    return HalloControls(seed=seed, rendering=settings, **controls)
