"""GPT-2 speech decoder, starter family: entangled audio latents [B, V + T, 512] -> speech latents at 80 Hz,
[B, 2 T, 102]: 100 log-mels and two columns of pitch (core.voice.harmonics).

The V voice-profile tokens are the prefix. The T speech tokens are already aligned in time, so that a single causal pass
of ``transformers.GPT2Model`` decodes them; a small convolutional head turns each token into two log-mel frames. The
mean of the prefix is also added to every token and frame through a bottleneck, to condition them on the voice.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import GPT2Config, GPT2Model

from ..audio.mel import N_MELS
from ..nn.convnext import ConvNeXtBlock
from .harmonics import N_PITCH
from .voice_encoder import MEL_MEAN, MEL_SCALE

CHUNK, LOOK_BACK, LOOK_AHEAD = 340, 80, 8  # tokens; training sequences have at most 425


@dataclass(frozen=True)
class DecoderConfig:
    width: int = 512
    channels: int = 224
    layers: int = 4
    heads: int = 4
    inner: int = 704
    positions: int = 448
    head_channels: int = 160
    head_hidden: int = 480
    head_blocks: int = 2
    voice: int = 64


class GPT2SpeechDecoder(nn.Module):
    """See the module docstring."""

    def __init__(self, config: DecoderConfig = DecoderConfig()) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Linear(config.width, config.channels)
        self.voice = nn.Linear(config.width, config.voice)
        self.voice_tokens = nn.Linear(config.voice, config.channels, bias=False)
        self.voice_frames = nn.Linear(config.voice, config.head_channels, bias=False)
        nn.init.zeros_(self.voice_tokens.weight)
        nn.init.zeros_(self.voice_frames.weight)
        self.gpt = GPT2Model(
            GPT2Config(
                vocab_size=1,
                bos_token_id=None,
                eos_token_id=None,
                n_positions=config.positions,
                n_embd=config.channels,
                n_layer=config.layers,
                n_head=config.heads,
                n_inner=config.inner,
                resid_pdrop=0.05,
                embd_pdrop=0.0,
                attn_pdrop=0.0,
                use_cache=False,
            )
        )
        self.split = nn.Linear(config.channels, 2 * config.head_channels)
        self.head = nn.Sequential(
            *(ConvNeXtBlock(config.head_channels, config.head_hidden) for _ in range(config.head_blocks))
        )
        self.norm = nn.LayerNorm(config.head_channels)
        self.project = nn.Linear(config.head_channels, N_MELS)
        self.pitch = nn.Linear(config.head_channels, N_PITCH)

    def forward(self, audio: Tensor, speech_tokens: int) -> Tensor:
        """Audio latents [B, V + T, 512] with ``speech_tokens`` = T -> speech latents [B, 2 T, 102]."""
        voice = nn.functional.gelu(self.voice(audio[:, :-speech_tokens].mean(1, keepdim=True)))  # [B, 1, 64]
        tokens = self.enter(audio) + self.voice_tokens(voice)
        hidden = self.gpt(inputs_embeds=tokens).last_hidden_state[:, -speech_tokens:]  # [B, T, C]
        frames = self.split(hidden).unflatten(-1, (2, -1)).flatten(1, 2) + self.voice_frames(voice)  # [B, 2 T, C']
        refined = self.norm(self.head(frames.transpose(1, 2)).transpose(1, 2))
        octaves, voicing = self.pitch(refined).chunk(2, -1)  # [B, 2 T, 1] each
        return torch.cat([MEL_MEAN + MEL_SCALE * self.project(refined), octaves, voicing.sigmoid()], -1)

    def decode(self, audio: Tensor, speech_tokens: int) -> Tensor:
        """As ``forward``, for any T: long speech is decoded in chunks with tokens of context on both sides."""
        voice, speech = audio[:, :-speech_tokens], audio[:, -speech_tokens:]
        chunks = []
        for first in range(0, speech_tokens, CHUNK):
            end = min(first + CHUNK, speech_tokens)
            start, stop = max(0, first - LOOK_BACK), min(speech_tokens, end + LOOK_AHEAD)
            part = speech[:, start:stop]
            latents = self(torch.cat([voice, part], 1), part.shape[1])
            chunks.append(latents[:, 2 * (first - start) : 2 * (end - start)])
        return torch.cat(chunks, 1)  # [B, 2 T, 102]
