"""The UNet of Stable Diffusion 1.5, on which the ReferenceNet and the denoising UNet are built.

A layer is a residual block and, except at the lowest level, a transformer. Modules have the names of the published
checkpoints. A transformer has the same layer name in both networks, such as ``down_blocks.0.attentions.1``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from torch import Tensor, nn

from .config import UNetConfig
from .resnet import (
    Downsample,
    ResnetBlock,
    TimestepEmbedding,
    Upsample,
)
from .spatial import SpatialTransformer

EPS = 1e-5


class UNetStage(nn.Module):
    """One level of the down path, the middle or the up path; its parts depend on the level and the network."""

    def __init__(self, name: str, level: int, channels: int) -> None:
        super().__init__()
        self.name, self.level, self.channels = name, level, channels
        self.resnets = nn.ModuleList()
        self.attentions = nn.ModuleList()
        self.audio_modules = nn.ModuleList()
        self.motion_modules = nn.ModuleList()
        self.downsamplers = nn.ModuleList()
        self.upsamplers = nn.ModuleList()

    def layer_name(self, index: int) -> str:
        return f"{self.name}.attentions.{index}"

    def resnet(self, index: int, hidden: Tensor, embedding: Tensor) -> Tensor:
        return self.resnets[index](hidden, embedding)

    def transformer(self, index: int) -> SpatialTransformer:
        return cast(SpatialTransformer, self.attentions[index])

    def resized(self, hidden: Tensor) -> Tensor:
        """Down- or upsampled, in stages that change the resolution."""
        for part in (*self.downsamplers, *self.upsamplers):
            hidden = part(hidden)
        return hidden


class UNet(nn.Module):
    """The stages and the timestep's embedding; see the module docstring."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        width, lowest = config.channels[0], len(config.channels) - 1
        self.conv_in = nn.Conv2d(config.latent, width, 3, padding=1)
        self.time_embedding = TimestepEmbedding(width)
        self.down_blocks = nn.ModuleList(self._down(level) for level in range(lowest + 1))
        self.mid_block = self._mid(lowest)
        self.up_blocks = nn.ModuleList(self._up(lowest - level) for level in range(lowest + 1))

    @property
    def down_stages(self) -> list[UNetStage]:
        return cast(list[UNetStage], list(self.down_blocks))

    @property
    def up_stages(self) -> list[UNetStage]:
        return cast(list[UNetStage], list(self.up_blocks))

    def stages(self) -> list[UNetStage]:
        return [*self.down_stages, self.mid_block, *self.up_stages]

    def transformers(self) -> Iterator[tuple[str, UNetStage, int]]:
        """(layer name, stage, index) of every spatial transformer, in the order of computation."""
        for stage in self.stages():
            for index in range(len(stage.attentions)):
                yield stage.layer_name(index), stage, index

    def _down(self, level: int) -> UNetStage:
        config, width = self.config, self.config.channels[level]
        stage = UNetStage(f"down_blocks.{level}", level, width)
        for index in range(config.layers):
            stage.resnets.append(self._resnet(config.channels[max(0, level - 1)] if index == 0 else width, width))
        if config.has_transformers(level):
            stage.attentions.extend(self._transformer(width) for _ in range(config.layers))
            stage.downsamplers.append(Downsample(width))
        return stage

    def _mid(self, level: int) -> UNetStage:
        width = self.config.channels[level]
        stage = UNetStage("mid_block", level, width)
        stage.resnets.extend(self._resnet(width, width) for _ in range(2))
        stage.attentions.append(self._transformer(width))
        return stage

    def _up(self, level: int) -> UNetStage:
        config, width, lowest = self.config, self.config.channels[level], len(self.config.channels) - 1
        stage = UNetStage(f"up_blocks.{lowest - level}", level, width)
        for index in range(config.layers + 1):
            below = config.channels[min(lowest, level + 1)] if index == 0 else width
            skip = config.channels[max(0, level - 1)] if index == config.layers else width
            stage.resnets.append(self._resnet(below + skip, width))
        if config.has_transformers(level):
            stage.attentions.extend(self._transformer(width) for _ in range(config.layers + 1))
        if level > 0:
            stage.upsamplers.append(Upsample(width))
        return stage

    def _resnet(self, channels: int, out_channels: int) -> ResnetBlock:
        return ResnetBlock(channels, out_channels, 4 * self.config.channels[0], self.config.groups, EPS)

    def _transformer(self, width: int) -> SpatialTransformer:
        return SpatialTransformer(width, self.config.context, self.config.heads, self.config.groups)
