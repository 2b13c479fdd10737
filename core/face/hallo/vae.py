"""Stable Diffusion 1.5's VAE: pixels [B, 3, H, W] in -1..1 <-> latents [B, 4, H / 8, W / 8], already scaled.

Encoding returns the mean of the distribution, so it is deterministic. Module names are those of the diffusers layout.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from .attention import Attention
from .config import LATENT_SCALE, VAEConfig
from .resnet import Downsample, ResnetBlock, Upsample
from .spatial import to_map, to_tokens

EPS = 1e-6


class ImageAttention(Attention):
    """Self-attention over all pixels with one head; its projections have biases."""

    def __init__(self, width: int, groups: int) -> None:
        super().__init__(width, heads=1)
        self.group_norm = nn.GroupNorm(groups, width, EPS)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))

    def forward(self, hidden: Tensor) -> Tensor:  # type: ignore[override]
        return hidden + to_map(super().forward(to_tokens(self.group_norm(hidden))), *hidden.shape[-2:])


class VAEStage(nn.Module):
    """The residual blocks of one level, then down- or upsampling, if any."""

    def __init__(self, channels: int, out_channels: int, layers: int, groups: int) -> None:
        super().__init__()
        widths = [channels, *[out_channels] * layers]
        self.resnets = nn.ModuleList(ResnetBlock(narrow, wide, 0, groups, EPS) for narrow, wide in pairwise(widths))
        self.downsamplers, self.upsamplers = nn.ModuleList(), nn.ModuleList()

    def forward(self, hidden: Tensor) -> Tensor:
        for part in (*self.resnets, *self.downsamplers, *self.upsamplers):
            hidden = part(hidden)
        return hidden


class VAEMiddle(nn.Module):
    """Residual block, attention, residual block."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(ResnetBlock(channels, channels, 0, groups, EPS) for _ in range(2))
        self.attentions = nn.ModuleList([ImageAttention(channels, groups)])

    def forward(self, hidden: Tensor) -> Tensor:
        return self.resnets[1](self.attentions[0](self.resnets[0](hidden)))


class VAEEncoder(nn.Module):
    """[B, 3, H, W] -> mean and log-variance [B, 8, H / 8, W / 8]."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        widths, groups = config.channels, config.groups
        self.conv_in = nn.Conv2d(3, widths[0], 3, padding=1)
        pairs = zip((widths[0], *widths), widths, strict=False)
        stages = [VAEStage(narrow, wide, config.layers, groups) for narrow, wide in pairs]
        for stage, width in zip(stages[:-1], widths, strict=False):
            stage.downsamplers.append(Downsample(width, one_sided=True))
        self.down_blocks = nn.ModuleList(stages)
        self.mid_block = VAEMiddle(widths[-1], groups)
        self.conv_norm_out = nn.GroupNorm(groups, widths[-1], EPS)
        self.conv_out = nn.Conv2d(widths[-1], 2 * config.latent, 3, padding=1)

    def forward(self, pixels: Tensor) -> Tensor:
        hidden = self.conv_in(pixels)
        for stage in self.down_blocks:
            hidden = stage(hidden)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(hidden))))


class VAEDecoder(nn.Module):
    """[B, 4, h, w] -> [B, 3, 8 h, 8 w]."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        widths, groups = config.channels[::-1], config.groups
        self.conv_in = nn.Conv2d(config.latent, widths[0], 3, padding=1)
        self.mid_block = VAEMiddle(widths[0], groups)
        pairs = zip((widths[0], *widths), widths, strict=False)
        stages = [VAEStage(narrow, wide, config.layers + 1, groups) for narrow, wide in pairs]
        for stage, width in zip(stages[:-1], widths, strict=False):
            stage.upsamplers.append(Upsample(width))
        self.up_blocks = nn.ModuleList(stages)
        self.conv_norm_out = nn.GroupNorm(groups, widths[-1], EPS)
        self.conv_out = nn.Conv2d(widths[-1], 3, 3, padding=1)

    def forward(self, hidden: Tensor) -> Tensor:
        hidden = self.mid_block(self.conv_in(hidden))
        for stage in self.up_blocks:
            hidden = stage(hidden)
        return self.conv_out(F.silu(self.conv_norm_out(hidden)))


class VAE(nn.Module):
    """See the module docstring."""

    def __init__(self, config: VAEConfig = VAEConfig()) -> None:
        super().__init__()
        self.config = config
        self.encoder, self.decoder = VAEEncoder(config), VAEDecoder(config)
        self.quant_conv = nn.Conv2d(2 * config.latent, 2 * config.latent, 1)
        self.post_quant_conv = nn.Conv2d(config.latent, config.latent, 1)

    def moments(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the latents, unscaled."""
        mean, log_variance = self.quant_conv(self.encoder(pixels.to(self.quant_conv.weight))).chunk(2, dim=1)
        return mean, log_variance

    def encode(self, pixels: Tensor) -> Tensor:
        return self.moments(pixels)[0] * LATENT_SCALE

    def decode(self, latents: Tensor) -> Tensor:
        return self.decoder(self.post_quant_conv(latents.to(self.quant_conv.weight) / LATENT_SCALE))
