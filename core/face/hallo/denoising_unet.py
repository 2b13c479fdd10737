"""Denoising UNet: noisy latents of a clip [F, 4, h, w] and a timestep -> velocity [F, 4, h, w].

A layer is a residual block, spatial transformer, audio module and motion module. All but the motion module treat frames
one by one, so they run over a few frames at a time; the motion module attends to all frames. Layers without transformer
have no motion module: the reference code skips their published weights at inference, so they are not built.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .audio_module import (
    DEFAULT_STRENGTHS,
    AudioKeys,
    AudioModule,
    RegionMasks,
    RegionStrengths,
)
from .conditioning import Conditioning, LayerConditioning, ReferenceKeys
from .config import UNetConfig
from .motion_module import MotionModule
from .reference_net import Bank
from .unet import EPS, UNet, UNetStage


class DenoisingUNet(UNet):
    """See the module docstring. ``frames_at_once`` bounds memory and changes nothing else."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__(config)
        self.frames_at_once = 64
        for stage in self.stages():
            for index in range(len(stage.attentions)):
                stage.motion_modules.append(MotionModule(stage.channels, config.heads, config.groups))
                if config.audio is not None:
                    stage.audio_modules.append(self._audio_module(stage, index, config.audio))
        self.conv_norm_out = nn.GroupNorm(config.groups, config.channels[0], EPS)
        self.conv_out = nn.Conv2d(config.channels[0], config.latent, 3, padding=1)

    def forward(
        self, latents: Tensor, timestep: int, conditioning: Conditioning, deep: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """(velocity, deep features). Given ``deep``, the cached deep features of an earlier step, only the finest level
        is computed."""
        embedding, hidden = self.time_embedding(timestep), self.conv_in(latents.to(self.conv_in.weight))
        if conditioning.face_location is not None:
            hidden = hidden + conditioning.face_location
        finest_down, finest_up = self.down_stages[0], self.up_stages[-1]
        hidden, skips = self._down_stage(finest_down, hidden, embedding, conditioning)
        if deep is None:
            deep = self._deep_features(finest_down.resized(hidden), embedding, conditioning)
        hidden = self._up_stage(finest_up, deep, skips, embedding, conditioning)
        return self.conv_out(F.silu(self.conv_norm_out(hidden))).to(latents), deep

    def _deep_features(self, hidden: Tensor, embedding: Tensor, conditioning: Conditioning) -> Tensor:
        """All levels below the finest, down and up again, upsampled to the finest level's resolution."""
        skips = [hidden]
        for stage in self.down_stages[1:]:
            hidden, stage_skips = self._down_stage(stage, hidden, embedding, conditioning)
            skips += stage_skips[1:]
            if len(stage.downsamplers):
                hidden = stage.resized(hidden)
                skips.append(hidden)
        hidden = self._layer(self.mid_block, 0, hidden, embedding, conditioning)
        hidden = self.mid_block.resnet(1, hidden, embedding)
        for stage in self.up_stages[:-1]:
            count = len(stage.resnets)
            hidden = self._up_stage(stage, hidden, skips[-count:], embedding, conditioning)
            skips = skips[:-count]
            hidden = stage.resized(hidden)
        return hidden

    def _down_stage(
        self, stage: UNetStage, hidden: Tensor, embedding: Tensor, conditioning: Conditioning
    ) -> tuple[Tensor, list[Tensor]]:
        """(the stage's last feature map, [its input, each layer's output])."""
        skips = [hidden]
        for index in range(len(stage.resnets)):
            hidden = self._layer(stage, index, hidden, embedding, conditioning)
            skips.append(hidden)
        return hidden, skips

    def _up_stage(
        self, stage: UNetStage, hidden: Tensor, skips: list[Tensor], embedding: Tensor, conditioning: Conditioning
    ) -> Tensor:
        for index, skip in enumerate(reversed(skips)):
            hidden = self._layer(stage, index, torch.cat([hidden, skip], dim=1), embedding, conditioning)
        return hidden

    def _layer(
        self, stage: UNetStage, index: int, hidden: Tensor, embedding: Tensor, conditioning: Conditioning
    ) -> Tensor:
        layer = conditioning.layers.get(stage.layer_name(index))
        parts, first = [], 0
        for part in hidden.split(self.frames_at_once):
            part = stage.resnet(index, part, embedding)
            if layer is not None:
                part = self._attend(stage, index, part, first, layer, conditioning)
            parts.append(part)
            first += len(part)
        hidden = torch.cat(parts) if len(parts) > 1 else parts[0]
        return hidden if layer is None else stage.motion_modules[index](hidden, layer.motion_frames)

    def _attend(
        self,
        stage: UNetStage,
        index: int,
        hidden: Tensor,
        first: int,
        layer: LayerConditioning,
        conditioning: Conditioning,
    ) -> Tensor:
        """Spatial transformer and audio module of frames [first, first + B)."""
        end = first + len(hidden)
        reference = layer.reference.rows(first, end) if layer.reference else None
        hidden = stage.transformer(index)(hidden, layer.context, reference)
        if not len(stage.audio_modules):
            return hidden
        audio = None if layer.audio is None else layer.audio.rows(first, end)
        return stage.audio_modules[index](hidden, audio, conditioning.masks[stage.level], conditioning.strengths)

    def conditioning(
        self,
        context: Tensor,
        reference: tuple[Bank, ...] | None,
        motion_frames: Bank | None,
        audio: Tensor | None,
        masks: tuple[RegionMasks, ...],
        face_location: Tensor | None,
        strengths: RegionStrengths = DEFAULT_STRENGTHS,
        offset: int = 0,
    ) -> Conditioning:
        """``context`` are face tokens [1, 4, 768]; ``reference`` the portrait's banks, rows [1, N, C], used by frames
        in turn from ``offset`` on; ``motion_frames`` a bank with rows [M, N, C]; ``audio`` tokens [F, 32, 768]."""
        layers = {}
        for name, stage, index in self.transformers():
            block = stage.transformer(index).block
            groups = tuple(block.attn1.keys_values(bank[name].to(context)) for bank in reference or ())
            layers[name] = LayerConditioning(
                context=block.attn2.keys_values(context),
                reference=ReferenceKeys(groups, offset) if groups else None,
                motion_frames=None if motion_frames is None else motion_frames[name].to(context),
                audio=_audio_keys(stage, index, audio),
            )
        return Conditioning(layers, masks, face_location, strengths)

    def _audio_module(self, stage: UNetStage, index: int, audio: int) -> AudioModule:
        """The inner width is that of the next finer level in up stages and in a down stage's first layer."""
        config, level = self.config, stage.level
        width = stage.channels
        narrower = config.channels[max(0, level - 1)]
        if stage.name.startswith("up_blocks") or (stage.name.startswith("down_blocks") and index == 0):
            width = narrower
        return AudioModule(stage.channels, width, audio, config.heads, config.groups)


def _audio_keys(stage: UNetStage, index: int, audio: Tensor | None) -> AudioKeys | None:
    if audio is None or not len(stage.audio_modules):
        return None
    return cast(AudioModule, stage.audio_modules[index]).block.keys_values(audio)
