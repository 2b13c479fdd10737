"""Attention maps as pictures: rows are queries, columns the context they attend to."""

from __future__ import annotations

import torch
from comfy_api.latest import io
from torch import Tensor
from torch.nn.functional import interpolate

from ..core.bundles import Entangled
from ..core.errors import InputError
from .host import types
from .host.checks import StageNode

# Dark violet over red to pale yellow, evenly spaced; [5, 3] RGB.
COLORS = torch.tensor(
    [[0.02, 0.01, 0.10], [0.33, 0.06, 0.43], [0.74, 0.22, 0.33], [0.98, 0.55, 0.04], [0.99, 1.0, 0.64]]
)


class AttentionMaps(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_AttentionMaps",
            display_name="Attention Maps",
            category=types.ENTANGLEMENT,
            description="Draws what the audio and the video path attend to: one picture for each segment.",
            inputs=[
                types.Entangled.Input("entangled", tooltip="From a guided transformer with keep_attention on."),
                io.Int.Input("size", default=512, min=64, max=2048, step=64, tooltip="Side of each picture in pixels."),
            ],
            outputs=[
                io.Image.Output("audio_attention", display_name="audio_attention", tooltip="Audio queries (rows)."),
                io.Image.Output("video_attention", display_name="video_attention", tooltip="Video queries (rows)."),
            ],
        )

    @classmethod
    def execute(cls, entangled: tuple[Entangled, ...], size: int) -> io.NodeOutput:
        maps = [segment.attention for segment in entangled if segment.attention is not None]
        if not maps:
            raise InputError(
                "entangled carries no attention maps: switch keep_attention on in the guided transformer and use the "
                "ETE or STE block."
            )
        audio, video = [both.audio for both in maps], [both.video for both in maps]
        return io.NodeOutput(attention_images(audio, size), attention_images(video, size))


def attention_images(maps: list[Tensor], size: int) -> Tensor:
    """Maps [1, heads, Nq, Nc] of any size -> IMAGE [B, size, size, 3]; the mean over heads, brightest value 1."""
    means = [attention.float().mean(1, keepdim=True) for attention in maps]  # [1, 1, Nq, Nc]
    scaled = torch.cat([interpolate(mean / mean.max().clamp(min=1e-9), (size, size)) for mean in means])
    return colorize(scaled[:, 0])


def colorize(values: Tensor) -> Tensor:
    """[B, H, W] 0..1 -> [B, H, W, 3]."""
    colors = COLORS.to(values.device)
    position = values.clamp(0, 1) * (len(colors) - 1)
    lower = position.floor().long().clamp(max=len(colors) - 2)
    fraction = (position - lower)[..., None]
    return colors[lower] * (1 - fraction) + colors[lower + 1] * fraction
