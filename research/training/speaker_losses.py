"""Losses on unit speaker embeddings [B, 256]: voices must differ, and the decoder must keep each one.

A sample must lie nearer to other speech of its voice than to that of the batch's other voices (a softmax over cosines,
as in GE2E, Wan et al. 2018); decoded speech must lie near the sample (speaker consistency, YourTTS,
Casanova et al. 2022).
"""

from __future__ import annotations

from torch import Tensor
from torch.func import functional_call
from torch.nn import functional as F

from ...core.voice.voice_encoder import VoiceEncoder
from .joint_batch import Batch

SHARPNESS = 12.0  # of the softmax over cosines


def contrast_loss(samples: Tensor, speech: Tensor, voice: Tensor) -> Tensor:
    """Cross-entropy of finding the same voice: ``samples`` and ``speech`` [B, 256], ``voice`` [B] numbers."""
    same = (voice[:, None] == voice[None]).float()
    target = same / same.sum(1, keepdim=True)
    likeness = SHARPNESS * samples @ speech.T
    return (F.cross_entropy(likeness, target) + F.cross_entropy(likeness.T, target)) / 2


def embed_speech(encoder: VoiceEncoder, mel: Tensor, batch: Batch) -> Tensor:
    """Speaker embedding [B, 256] of log-mels [B, 2 T, 100] of the batch's own lengths."""
    return encoder(mel.transpose(1, 2), _frames(batch))[1]


def consistency_loss(encoder: VoiceEncoder, made: Tensor, samples: Tensor, batch: Batch) -> Tensor:
    """1 - cosine between decoded speech and its sample; only ``made`` [B, 2 T, 100] receives a gradient."""
    fixed = {name: value.detach() for name, value in encoder.named_parameters()}
    _, embedding = functional_call(encoder, fixed, (made.transpose(1, 2), _frames(batch)))
    return (1 - (embedding * samples.detach()).sum(-1)).mean()


def _frames(batch: Batch) -> Tensor:
    return batch.speech_mask.repeat_interleave(2, dim=1)
