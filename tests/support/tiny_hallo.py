"""Tiny decoders of the real classes, with weights that follow from their names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch
from hallo_goldens import SMALL_VAE, UNET, filled
from narrating_face.core.face.hallo.config import AudioProjectionConfig
from narrating_face.core.face.hallo.denoising_unet import DenoisingUNet
from narrating_face.core.face.hallo.face_locator import FaceLocator
from narrating_face.core.face.hallo.networks import DecoderNets, HalloNets
from narrating_face.core.face.hallo.projections import AudioProjection, ImageProjection
from narrating_face.core.face.hallo.reference_net import ReferenceNet
from narrating_face.core.face.hallo.speech_features import SpeechFeatures
from narrating_face.core.face.hallo.vae import VAE
from narrating_face.core.families.hallo.face import HalloFace
from narrating_face.core.model import Model
from narrating_face.model_loaders.face_landmarks import load_face_landmarker
from transformers import Wav2Vec2Config, Wav2Vec2Model

LANDMARKS = Path(__file__).parents[2] / "model_loaders" / "starter" / "weights" / "face_landmarks.safetensors"
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
AUDIO = AudioProjectionConfig(inputs=5 * 2 * 16, hidden=10, tokens=5, width=16)


@cache
def tiny_nets() -> DecoderNets:
    torch.manual_seed(0)
    hallo = HalloNets(
        filled(ReferenceNet(UNET), "unets/ref"),
        filled(DenoisingUNet(UNET), "unets/den"),
        filled(FaceLocator(32), "face_locator"),
        filled(ImageProjection(512, 4, 24), "image_proj"),
        filled(AudioProjection(AUDIO), "tiny_audio"),
    )
    vae = filled(VAE(SMALL_VAE), "vae")
    return DecoderNets(hallo, vae, SpeechFeatures(Wav2Vec2Model(SPEECH).eval()))


@cache
def tiny_face() -> HalloFace:
    return HalloFace(tiny_nets(), load_face_landmarker(LANDMARKS))


@cache
def tiny_model() -> Model:
    return Model(face=tiny_face())
