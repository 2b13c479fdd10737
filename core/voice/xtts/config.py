"""Sizes of an XTTS-v2 model, which the loader infers from the checkpoint's tensors, and its fixed rates."""

from __future__ import annotations

from dataclasses import dataclass

REFERENCE_RATE = 22_050  # Hz, input of the conditioning encoder
SPEAKER_RATE = 16_000  # Hz, input of the speaker encoder
SAMPLE_RATE = 24_000  # Hz, output of the vocoder
CODE_SAMPLES = 1024  # samples at REFERENCE_RATE of one audio code
CODE_RATE = REFERENCE_RATE / CODE_SAMPLES  # 21.5 codes a second
FRAME_SAMPLES = 256  # samples at SAMPLE_RATE of one vocoder frame
START_TEXT, STOP_TEXT = 261, 0


@dataclass(frozen=True)
class GPTConfig:
    """The GPT-2 stack and its embedding tables. The last two codes are start and stop."""

    layers: int = 30
    width: int = 1024
    heads: int = 16
    text_tokens: int = 6681
    codes: int = 1026
    text_positions: int = 404
    code_positions: int = 608

    @property
    def start_code(self) -> int:
        return self.codes - 2

    @property
    def stop_code(self) -> int:
        return self.codes - 1

    @property
    def max_sentence_codes(self) -> int:
        """The most codes of a sentence: 602, 28 s."""
        return self.code_positions - 6

    @property
    def max_sentence_tokens(self) -> int:
        """The most text tokens of a sentence, without START and STOP."""
        return self.text_positions - 3


@dataclass(frozen=True)
class ConditioningConfig:
    """The conditioning encoder and its perceiver."""

    bands: int = 80
    width: int = 1024
    heads: int = 16
    blocks: int = 6
    latents: int = 32
    perceiver_layers: int = 2
    perceiver_inner: int = 512
    perceiver_hidden: int = 2730


@dataclass(frozen=True)
class SpeakerConfig:
    """The ResNet speaker encoder."""

    bands: int = 64
    widths: tuple[int, ...] = (32, 64, 128, 256)
    blocks: tuple[int, ...] = (3, 4, 6, 3)
    reduction: int = 8
    attention: int = 128
    embedding: int = 512


@dataclass(frozen=True)
class VocoderConfig:
    """The HiFi-GAN decoder."""

    latent: int = 1024
    speaker: int = 512
    channels: int = 512
    strides: tuple[int, ...] = (8, 8, 2, 2)
    kernels: tuple[int, ...] = (16, 16, 4, 4)
    stacks: tuple[int, ...] = (3, 7, 11)
    dilations: tuple[int, ...] = (1, 3, 5)


@dataclass(frozen=True)
class XTTSConfig:
    gpt: GPTConfig = GPTConfig()
    conditioning: ConditioningConfig = ConditioningConfig()
    speaker: SpeakerConfig = SpeakerConfig()
    vocoder: VocoderConfig = VocoderConfig()


@dataclass(frozen=True)
class ReferencePreset:
    """How much of a recording makes a voice profile: ``max_seconds`` for the speaker embedding, and the first
    ``conditioning_seconds``, in chunks of ``chunk_seconds``, for the conditioning latents."""

    max_seconds: float = 30.0
    conditioning_seconds: float = 30.0
    chunk_seconds: float = 4.0


REFERENCE_PRESETS = {"xtts": ReferencePreset(), "authors": ReferencePreset(conditioning_seconds=6.0, chunk_seconds=6.0)}
