"""The three ways to entangle the audio and the video path, behind one protocol: swap them by swapping the object.

All map (audio queries, audio context, video queries, video context) -> Paths, tokens [B, N, 512] throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from ..bundles import AttentionMaps
from .transformer_encoder import TransformerEncoder


@dataclass(frozen=True)
class Tokens:
    """One path's input: queries [B, Nq, 512], context [B, Nc, 512], and which context may be seen [B, Nc]."""

    queries: Tensor
    context: Tensor
    mask: Tensor | None = None


@dataclass(frozen=True)
class Paths:
    """Both paths' latents [B, Nq, 512], and their attention maps when asked for."""

    audio: Tensor
    video: Tensor
    attention: AttentionMaps | None = None


class SharedTransformerEncoder(nn.Module):
    """STE: one encoder serves both paths: 1,575,936 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = TransformerEncoder()

    def forward(self, audio: Tokens, video: Tokens, attention: bool = False) -> Paths:
        return _entangle(self.shared, self.shared, audio, video, attention)


class ExplicitTransformerEncoder(nn.Module):
    """ETE, the paper's final proposal: an encoder for each path: 3,151,872 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.audio = TransformerEncoder()
        self.video = TransformerEncoder()

    def forward(self, audio: Tokens, video: Tokens, attention: bool = False) -> Paths:
        return _entangle(self.audio, self.video, audio, video, attention)


class Unentangled(nn.Module):
    """The ablation "w/o attention": each path keeps its own tokens and learns nothing of the other."""

    def forward(self, audio: Tokens, video: Tokens, attention: bool = False) -> Paths:
        return Paths(audio.queries, video.queries)


def _entangle(
    audio_encoder: TransformerEncoder,
    video_encoder: TransformerEncoder,
    audio: Tokens,
    video: Tokens,
    attention: bool,
) -> Paths:
    return Paths(
        audio_encoder(audio.queries, audio.context, audio.mask),
        video_encoder(video.queries, video.context, video.mask),
        AttentionMaps(_attention(audio_encoder, audio), _attention(video_encoder, video)) if attention else None,
    )


def _attention(encoder: TransformerEncoder, tokens: Tokens) -> Tensor:
    return encoder.attention_map(tokens.queries, tokens.context, tokens.mask)


ENCODERS: dict[str, type[nn.Module]] = {
    "ete": ExplicitTransformerEncoder,
    "ste": SharedTransformerEncoder,
    "none": Unentangled,
}


def fresh_blocks() -> dict[str, nn.Module]:
    """One untrained block of each kind, ready for use: the identity map."""
    return {kind: encoder().eval().requires_grad_(False) for kind, encoder in ENCODERS.items()}
