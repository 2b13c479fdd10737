"""The sizes of an XTTS-v2 model, read off its tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import Tensor

from ...core.voice.xtts.config import (
    ConditioningConfig,
    GPTConfig,
    SpeakerConfig,
    VocoderConfig,
    XTTSConfig,
)
from .names import (
    CONDITIONING,
    DIRECTION,
    PERCEIVER,
    SPEAKER,
    VOCODER,
)

HEAD_WIDTH = 64
Shape = Callable[[str], tuple[int, ...]]


def xtts_config(tensors: Mapping[str, Tensor], heads: int | None) -> XTTSConfig:
    """Sizes of the model whose tensors have published names. Raises KeyError with the first name that is missing."""

    def shape(key: str) -> tuple[int, ...]:
        return tuple(tensors[key].shape)

    width = shape("gpt.mel_embedding.weight")[1]
    heads = heads or max(1, width // HEAD_WIDTH)
    return XTTSConfig(
        GPTConfig(
            layers=_count(tensors, "gpt.gpt.h."),
            width=width,
            heads=heads,
            text_tokens=shape("gpt.text_embedding.weight")[0],
            codes=shape("gpt.mel_embedding.weight")[0],
            text_positions=shape("gpt.text_pos_embedding.emb.weight")[0],
            code_positions=shape("gpt.mel_pos_embedding.emb.weight")[0],
        ),
        ConditioningConfig(
            bands=shape("mel_stats")[0],
            width=width,
            heads=heads,
            blocks=_count(tensors, CONDITIONING + "attn."),
            latents=shape(PERCEIVER + "latents")[0],
            perceiver_layers=_count(tensors, PERCEIVER + "layers."),
            perceiver_inner=shape(PERCEIVER + "layers.0.0.to_q.weight")[0],
            perceiver_hidden=shape(PERCEIVER + "layers.0.1.2.weight")[1],
        ),
        _speaker(tensors, shape),
        _vocoder(tensors, shape),
    )


def _speaker(tensors: Mapping[str, Tensor], shape: Shape) -> SpeakerConfig:
    layers = range(1, 5)
    widths = tuple(shape(f"{SPEAKER}layer{layer}.0.conv1.weight")[0] for layer in layers)
    return SpeakerConfig(
        widths=widths,
        blocks=tuple(_count(tensors, f"{SPEAKER}layer{layer}.") for layer in layers),
        reduction=widths[0] // shape(SPEAKER + "layer1.0.se.fc.0.weight")[0],
        attention=shape(SPEAKER + "attention.0.weight")[0],
        embedding=shape(SPEAKER + "fc.weight")[0],
    )


def _vocoder(tensors: Mapping[str, Tensor], shape: Shape) -> VocoderConfig:
    stages = _count(tensors, VOCODER + "ups.")
    parallel = _count(tensors, VOCODER + "resblocks.") // max(1, stages)
    channels, latent, _ = shape(VOCODER + "conv_pre.weight")
    kernels = tuple(shape(f"{VOCODER}ups.{stage}.{DIRECTION}")[2] for stage in range(stages))
    return VocoderConfig(
        latent=latent,
        speaker=shape(VOCODER + "cond_layer.weight")[1],
        channels=channels,
        strides=tuple(kernel // 2 for kernel in kernels),
        kernels=kernels,
        stacks=tuple(shape(f"{VOCODER}resblocks.{stack}.convs1.0.{DIRECTION}")[2] for stack in range(parallel)),
    )


def _count(tensors: Mapping[str, Tensor], prefix: str) -> int:
    """The number of numbered parts after ``prefix``."""
    return len({key[len(prefix) :].split(".")[0] for key in tensors if key.startswith(prefix)})
