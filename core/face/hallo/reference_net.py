"""ReferenceNet: latents of pictures -> a bank of features for the denoising UNet.

In: latents [R, 4, h, w] and the face tokens of each row [R, 4, 768]. Out: a bank, for every transformer layer the
output [R, N, C] of its first norm. The timestep is always 0.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .unet import UNet, UNetStage

Bank = dict[str, Tensor]  # layer name -> tokens [R, N, C]


class ReferenceNet(UNet):
    """See the module docstring. Computation stops at the last transformer's first norm: nothing after it is used."""

    def forward(self, latents: Tensor, context: Tensor) -> Bank:
        return self._run(latents, context, complete=False)[0]

    def complete(self, latents: Tensor, context: Tensor) -> tuple[Bank, Tensor]:
        """The bank and the last feature map [R, C, h, w], which only comparisons with the reference need."""
        return self._run(latents, context, complete=True)

    def _run(self, latents: Tensor, context: Tensor, complete: bool) -> tuple[Bank, Tensor]:
        bank: Bank = {}
        embedding, hidden = self.time_embedding(0), self.conv_in(latents.to(self.conv_in.weight))
        skips = [hidden]
        for stage in self.down_stages:
            for index in range(len(stage.resnets)):
                hidden = self._write(stage, index, stage.resnet(index, hidden, embedding), context, bank)
                skips.append(hidden)
            if len(stage.downsamplers):
                hidden = stage.resized(hidden)
                skips.append(hidden)
        hidden = self._write(self.mid_block, 0, self.mid_block.resnet(0, hidden, embedding), context, bank)
        hidden = self.mid_block.resnet(1, hidden, embedding)
        last = self.up_stages[-1].layer_name(self.config.layers)
        for stage in self.up_stages:
            for index in range(len(stage.resnets)):
                hidden = stage.resnet(index, torch.cat([hidden, skips.pop()], dim=1), embedding)
                if stage.layer_name(index) == last and not complete:
                    bank[last] = stage.transformer(index).reference_tokens(hidden)
                    return bank, hidden
                hidden = self._write(stage, index, hidden, context, bank)
            hidden = stage.resized(hidden)
        return bank, hidden

    def _write(self, stage: UNetStage, index: int, hidden: Tensor, context: Tensor, bank: Bank) -> Tensor:
        if not len(stage.attentions):
            return hidden
        hidden, bank[stage.layer_name(index)] = stage.transformer(index).write(hidden, context)
        return hidden
