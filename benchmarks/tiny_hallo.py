"""Tiny decoders of Hallo's real classes with random weights: fast, and as deep as the full-size ones."""

from __future__ import annotations

import torch
from torch import nn
from transformers import Wav2Vec2Config, Wav2Vec2Model

from ..core.face.hallo.config import (
    AudioProjectionConfig,
    HalloConfig,
    UNetConfig,
    VAEConfig,
)
from ..core.face.hallo.networks import DecoderNets, HalloNets
from ..core.face.hallo.speech_features import SpeechFeatures
from ..core.face.hallo.vae import VAE

UNET = UNetConfig(channels=(32, 32, 64, 64), context=24, audio=16)
AUDIO = AudioProjectionConfig(inputs=5 * 2 * 16, hidden=10, tokens=5, width=16)
SMALL_VAE = VAEConfig(channels=(32, 32, 32, 64))
SPEECH = Wav2Vec2Config(
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    conv_dim=(8,) * 7,
    num_conv_pos_embeddings=16,
    num_conv_pos_embedding_groups=4,
    vocab_size=8,
)
OFFSET_SCALE = 0.1  # of biases, and of gains around one


def tiny_nets(seed: int = 0) -> DecoderNets:
    """All networks of a video; the same seed gives the same weights."""
    generator = torch.Generator().manual_seed(seed)
    hallo, vae = HalloNets.build(HalloConfig(UNET, AUDIO)), VAE(SMALL_VAE)
    for net in (*(net for _, net in hallo.named()), vae):
        fill_random(net.eval().requires_grad_(False), generator)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        features = Wav2Vec2Model(SPEECH).eval()
    return DecoderNets(hallo, vae, SpeechFeatures(features))


@torch.no_grad()
def fill_random(net: nn.Module, generator: torch.Generator) -> None:
    """Weights that keep the variance of what they multiply, small biases, and gains near one: nothing stays zero."""
    for name, parameter in net.named_parameters():
        values = torch.empty(parameter.shape).uniform_(-1, 1, generator=generator)
        if parameter.ndim >= 2:
            fan_in = parameter.numel() / parameter.shape[0]
            parameter.copy_((3 / fan_in) ** 0.5 * values)
        else:
            parameter.copy_(OFFSET_SCALE * values + name.endswith("weight"))
