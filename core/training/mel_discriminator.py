"""A small discriminator on log-mels [B, 2 T, 100], against the over-smoothing of regression (GANSpeech, Yang 2021)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..voice.voice_encoder import MEL_MEAN, MEL_SCALE
from .joint_batch import Batch
from .speech_losses import adversarial_loss, discriminator_loss, feature_loss

CROP = 80  # frames: a second of each utterance is judged


class MelDiscriminator(nn.Module):
    """Strided convolutions over time and frequency: (score map, feature maps)."""

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64)) -> None:
        super().__init__()
        channels = (1, *widths)
        self.layers = nn.ModuleList(
            nn.Conv2d(before, after, 5, stride=2, padding=2) for before, after in zip(channels, widths, strict=False)
        )
        self.score = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, mel: Tensor) -> tuple[Tensor, list[Tensor]]:
        x, features = (mel[:, None] - MEL_MEAN) / MEL_SCALE, []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.score(x), features


class MelGame:
    """Trains the discriminator and tells the generator's loss."""

    def __init__(self, rate: float) -> None:
        self.discriminator = MelDiscriminator()
        self.optimiser = torch.optim.AdamW(self.discriminator.parameters(), rate, betas=(0.8, 0.99))

    def play(self, made: Tensor, batch: Batch) -> Tensor:
        """One step of the discriminator; returns the loss of ``made`` [B, 2 T, 100]. Changed voices do not play."""
        if not batch.natural.any():
            return made.new_zeros(())
        crops = _crops(batch)
        made_crop, real_crop = crops(made), crops(batch.mel)
        with torch.enable_grad():
            loss = discriminator_loss([self.discriminator(real_crop)], [self.discriminator(made_crop.detach())])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        real, judged = [self.discriminator(real_crop)], [self.discriminator(made_crop)]
        return 0.3 * adversarial_loss(judged) + 0.8 * feature_loss(real, judged)


def _crops(batch: Batch) -> Callable[[Tensor], Tensor]:
    """Cuts the same second out of every mel [B, 2 T, 100] with a natural voice."""
    lengths = (2 * batch.speech_mask.sum(1)).tolist()
    places = [(row, int(torch.randint(max(1, lengths[row] - CROP), ()))) for row in batch.natural.nonzero()[:, 0]]
    return lambda mel: torch.stack([mel[row, first : first + CROP] for row, first in places])
