"""Very light discriminators for the HiFi generator: strided spectrogram ones and multi-period ones.

Each maps waveform [B, S] -> (score map, feature maps). They are sized for training on a CPU: 0.17 M weights in all
(after HiFi-GAN's period discriminators, Kong et al. 2020, and UnivNet's resolution discriminators, Jang et al. 2021).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm


class _ConvStack(nn.Module):
    def __init__(self, layers: list[nn.Conv2d], last: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(weight_norm(layer) for layer in layers)
        self.score = weight_norm(nn.Conv2d(last, 1, (3, 1), padding=(1, 0)))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.1)
            features.append(x)
        return self.score(x), features


class SpectrogramDiscriminator(nn.Module):
    """Judges the magnitude at one STFT resolution; strides in frequency keep it cheap."""

    def __init__(self, n_fft: int, widths: tuple[int, ...] = (16, 32, 32)) -> None:
        super().__init__()
        self.n_fft = n_fft
        channels = (1, *widths)
        self.stack = _ConvStack(
            [
                nn.Conv2d(before, after, (9, 3), stride=(4, 1), padding=(4, 1))
                for before, after in zip(channels, widths, strict=False)
            ],
            widths[-1],
        )

    def forward(self, waveform: Tensor) -> tuple[Tensor, list[Tensor]]:
        window = torch.hann_window(self.n_fft, device=waveform.device)
        spectrum = torch.stft(waveform, self.n_fft, self.n_fft // 4, window=window, return_complex=True)
        magnitude = torch.view_as_real(spectrum).square().sum(-1).add(1e-9).sqrt()
        return self.stack(magnitude.add(1e-4).log()[:, None])  # [B, 1, bins, frames]


class PeriodDiscriminator(nn.Module):
    """Judges every ``period``-th sample."""

    def __init__(self, period: int, widths: tuple[int, ...] = (16, 32, 64, 64)) -> None:
        super().__init__()
        self.period = period
        channels = (1, *widths)
        self.stack = _ConvStack(
            [
                nn.Conv2d(before, after, (5, 1), stride=(3, 1), padding=(2, 0))
                for before, after in zip(channels, widths, strict=False)
            ],
            widths[-1],
        )

    def forward(self, waveform: Tensor) -> tuple[Tensor, list[Tensor]]:
        usable = waveform.shape[1] // self.period * self.period
        return self.stack(waveform[:, :usable].unflatten(1, (-1, self.period))[:, None])  # [B, 1, S / p, p]


class Discriminators(nn.Module):
    """All of them: a list of (score map, feature maps)."""

    def __init__(self) -> None:
        super().__init__()
        self.members = nn.ModuleList(
            [
                *(SpectrogramDiscriminator(size) for size in (512, 1024, 2048)),
                *(PeriodDiscriminator(period) for period in (2, 3, 5)),
            ]
        )

    def forward(self, waveform: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        return [member(waveform) for member in self.members]
