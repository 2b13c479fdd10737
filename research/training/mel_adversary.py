"""A small discriminator on log-mels [B, 2 T, 100], against the over-smoothing of regression (GANSpeech, Yang 2021)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...core.voice.voice_encoder import MEL_MEAN, MEL_SCALE, VoiceConfig
from .joint_batch import Batch
from .speech_losses import adversarial_loss, discriminator_loss, feature_loss

CROP = 240  # frames: at most three seconds of each utterance
ADVERSARIAL, FEATURE = 0.8, 1.6  # weights in the speech decoder's loss


class MelDiscriminator(nn.Module):
    """Strided convolutions over time and frequency, conditioned on the speaker (projection, Miyato 2018).

    Mel [B, T, 100] and speaker embedding [B, S] -> (score map, feature maps).
    """

    def __init__(self, speaker: int, widths: tuple[int, ...] = (32, 64, 128, 128)) -> None:
        super().__init__()
        channels = (1, *widths)
        self.layers = nn.ModuleList(
            nn.Conv2d(before, after, 5, stride=2, padding=2) for before, after in zip(channels, widths, strict=False)
        )
        self.score = nn.Conv2d(widths[-1], 1, 3, padding=1)
        self.speaker = nn.Linear(speaker, widths[-1])

    def forward(self, mel: Tensor, speaker: Tensor) -> tuple[Tensor, list[Tensor]]:
        x, features = (mel[:, None] - MEL_MEAN) / MEL_SCALE, []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        likeness = (x * self.speaker(speaker)[:, :, None, None]).mean(1, keepdim=True)  # [B, 1, T / 16, 7]
        return self.score(x) + likeness, features


class MelAdversary:
    """The discriminator with its optimiser; a step trains it and returns the adversarial loss."""

    def __init__(self, rate: float) -> None:
        self.discriminator = MelDiscriminator(VoiceConfig().speaker)
        self.optimizer = torch.optim.AdamW(self.discriminator.parameters(), rate, betas=(0.8, 0.99))

    def step(self, made: Tensor, speaker: Tensor, batch: Batch) -> Tensor:
        """One step of the discriminator; returns the loss of ``made`` [B, 2 T, 100], speech of the voices ``speaker``
        [B, S]. Changed voices are left out."""
        if not batch.natural.any():
            return made.new_zeros(())
        crop, speakers = _cropper(batch), speaker.detach()[batch.natural]
        made_crop, real_crop = crop(made), crop(batch.mel)
        with torch.enable_grad():
            outputs = [self.discriminator(mel, speakers) for mel in (real_crop, made_crop.detach())]
            loss = discriminator_loss(outputs[:1], outputs[1:])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        real, fake = ([self.discriminator(mel, speakers)] for mel in (real_crop, made_crop))
        return ADVERSARIAL * adversarial_loss(fake) + FEATURE * feature_loss(real, fake)


def _cropper(batch: Batch) -> Callable[[Tensor], Tensor]:
    """Cuts the same random moments out of any mel [B, 2 T, 100], for each natural voice."""
    lengths = (2 * batch.speech_mask.sum(1))[batch.natural].tolist()
    length = min([CROP, *lengths])
    rows = batch.natural.nonzero()[:, 0].tolist()
    places = [(row, int(torch.randint(whole - length + 1, ()))) for row, whole in zip(rows, lengths, strict=True)]
    return lambda mel: torch.stack([mel[row, first : first + length] for row, first in places])
