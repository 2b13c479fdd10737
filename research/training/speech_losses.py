"""Losses of the HiFi generator: spectral distances and adversarial losses (least squares, Mao et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

DiscriminatorOutput = list[tuple[Tensor, list[Tensor]]]


def spectral_distance(made: Tensor, real: Tensor, sizes: tuple[int, ...] = (256, 512, 1024, 2048)) -> Tensor:
    """Multi-resolution STFT distance of waveforms [B, S]: spectral convergence + log magnitude (Yamamoto 2020)."""
    total = made.new_zeros(())
    for size in sizes:
        window = torch.hann_window(size, device=made.device)
        made_magnitude, real_magnitude = (_magnitude(wave, size, window) for wave in (made, real))
        convergence = (real_magnitude - made_magnitude).norm() / real_magnitude.norm()
        total = total + convergence + F.l1_loss(made_magnitude.log(), real_magnitude.log())
    return total / len(sizes)


def _magnitude(waveform: Tensor, size: int, window: Tensor) -> Tensor:
    spectrum = torch.stft(waveform, size, size // 4, window=window, return_complex=True)
    return torch.view_as_real(spectrum).square().sum(-1).clamp_min(1e-8).sqrt()


def discriminator_loss(real: DiscriminatorOutput, made: DiscriminatorOutput) -> Tensor:
    losses = [
        (real_score - 1).square().mean() + made_score.square().mean()
        for (real_score, _), (made_score, _) in zip(real, made, strict=True)
    ]
    return torch.stack(losses).mean()


def adversarial_loss(made: DiscriminatorOutput) -> Tensor:
    return torch.stack([(score - 1).square().mean() for score, _ in made]).mean()


def feature_loss(real: DiscriminatorOutput, made: DiscriminatorOutput) -> Tensor:
    """Distance of the discriminators' feature maps, each relative to the real map's size."""
    distances = [
        F.l1_loss(made_map, real_map) / real_map.abs().mean()
        for (_, real_maps), (_, made_maps) in zip(real, made, strict=True)
        for real_map, made_map in zip(real_maps, made_maps, strict=True)
    ]
    return torch.stack(distances).mean()
