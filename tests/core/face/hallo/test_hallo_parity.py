"""Parity: each network, and two chained clips, against the reference's own numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hallo_goldens import SMALL_VAE, UNET, difference, filled, goldens, masks, tensor, weight
from narrating_face.core.entanglement.transformer_encoder import TransformerEncoder
from narrating_face.core.face.hallo.audio_module import DEFAULT_STRENGTHS, AudioModule, RegionMasks
from narrating_face.core.face.hallo.config import AudioProjectionConfig, UNetConfig
from narrating_face.core.face.hallo.denoise import GuidanceBranches, denoise
from narrating_face.core.face.hallo.denoising_unet import DenoisingUNet
from narrating_face.core.face.hallo.face_boxes import face_box_mask, lip_box_mask
from narrating_face.core.face.hallo.face_locator import FaceLocator
from narrating_face.core.face.hallo.hierarchical_masks import (
    FACE_BLUR,
    LIP_BLUR,
    region_masks,
    soften,
    split_regions,
)
from narrating_face.core.face.hallo.image_conversion import resize_image
from narrating_face.core.face.hallo.motion_module import MotionModule
from narrating_face.core.face.hallo.projections import AudioProjection, ImageProjection
from narrating_face.core.face.hallo.reference_banks import FaceTokens, motion_frame_banks, portrait_banks
from narrating_face.core.face.hallo.reference_net import ReferenceNet
from narrating_face.core.face.hallo.resnet import ResnetBlock, timestep_waves
from narrating_face.core.face.hallo.samplers import DDIM
from narrating_face.core.face.hallo.schedule import signal_powers, trailing_timesteps
from narrating_face.core.face.hallo.spatial import SpatialBlock
from narrating_face.core.face.hallo.speech_features import SpeechFeatures, context_windows
from narrating_face.core.face.hallo.unet import EPS
from narrating_face.core.face.hallo.vae import VAE
from narrating_face.core.settings import REFERENCE_COMPATIBLE, CompatibilityFlags, DenoisingSettings
from narrating_face.model_loaders.hallo.combined import encoder_weights
from transformers import Wav2Vec2Config, Wav2Vec2Model

MODULE, CHAINED = 1e-4, 2e-3  # largest differences
STRENGTHS = (1.0, 0.7, 1.3)  # of pose, face and lips in the reference's single steps
REFERENCE_WITH_PRECISE_BANK = CompatibilityFlags(False, False, True, False, False, False)


@pytest.fixture(scope="module")
def den() -> DenoisingUNet:
    return filled(DenoisingUNet(UNET), "unets/den")


@pytest.fixture(scope="module")
def ref() -> ReferenceNet:
    return filled(ReferenceNet(UNET), "unets/ref")


def as_frames(clip: torch.Tensor) -> torch.Tensor:
    return clip.transpose(1, 2).flatten(0, 1)  # [B, C, F, H, W] -> [B F, C, H, W]


def as_clip(frames: torch.Tensor, batch: int) -> torch.Tensor:
    return frames.unflatten(0, (batch, -1)).transpose(1, 2)


def test_reference_block_writes_and_reads():
    g = goldens()
    writer, reader = (filled(SpatialBlock(32, 24, 8), f"ref_block/{name}") for name in ("writer", "reader"))
    enc, hidden = g["ref_block/in/enc"], g["ref_block/in/writer_hidden"]
    context = torch.cat([enc[row % 2][None] for row in range(6)])
    bank = writer.norm1(hidden)
    assert difference(bank, g["ref_block/out/bank"]) <= MODULE
    assert difference(writer(hidden, context), g["ref_block/out/writer_hidden"]) <= MODULE
    rows = bank.unflatten(0, (2, 3))
    assert difference(rows[:, 1:], g["ref_block/out/motion_fea"]) <= MODULE
    tokens = g["ref_block/in/reader_hidden"]
    for kind, rounded in (("", rows), ("_bank16", rows.half().float())):
        uncond = reader(tokens[:4], enc[:1])
        cond = [reader(tokens[4 + f, None], enc[1:], reader.attn1.keys_values(rounded[f % 2, :1])) for f in range(4)]
        assert difference(torch.cat([uncond, *cond]), g[f"ref_block/out/reader_hidden{kind}"]) <= MODULE


def test_audio_module():
    g = goldens()
    net = filled(AudioModule(64, 32, 16, 8, 32), "audio_module")
    regions = RegionMasks(*(g[f"audio_module/in/{name}"] for name in ("full", "face", "lip")))
    audio = net.block.keys_values(g["audio_module/in/audio"].flatten(0, 1))
    out = net(as_frames(g["audio_module/in/x"]), audio, regions, STRENGTHS)
    assert difference(as_clip(out, 2), g["audio_module/out/y"]) <= MODULE


def test_audio_module_without_speech_equals_zero_tokens():
    g = goldens()
    net = filled(AudioModule(64, 32, 16, 8, 32), "audio_module")
    regions = RegionMasks(*(g[f"audio_module/in/{name}"] for name in ("full", "face", "lip")))
    hidden = as_frames(g["audio_module/in/x"])
    zeros = net.block.keys_values(torch.zeros(8, 5, 16))
    assert difference(net(hidden, None, regions), net(hidden, zeros, regions)) < 1e-5


def test_motion_module():
    g = goldens()
    net = filled(MotionModule(32, 8, 32), "motion_module")
    clips = g["motion_module/in/x"]
    outs = [net(clip.transpose(0, 1)).transpose(0, 1) for clip in clips]
    assert difference(torch.stack(outs), g["motion_module/out/y"]) <= MODULE


def test_motion_module_drops_the_motion_frames():
    net = filled(MotionModule(32, 8, 32), "motion_module")
    frames = tensor("frames", 6, 32, 4, 4)
    motion_frames = frames[:2].flatten(2).transpose(1, 2)
    assert torch.equal(net(frames[2:], motion_frames), net(frames)[2:])


def test_resnet():
    g = goldens()
    net = filled(ResnetBlock(64, 32, 128, 32, EPS), "resnet3d")
    outs = [net(as_frames(g["resnet3d/in/x"][b : b + 1]), g["resnet3d/in/temb"][b : b + 1]) for b in range(2)]
    assert difference(as_clip(torch.cat(outs), 2), g["resnet3d/out/y"]) <= MODULE


def test_face_locator():
    g = goldens()
    net = filled(FaceLocator(32), "face_locator")
    assert difference(as_clip(net(as_frames(g["face_locator/in/mask"])), 1), g["face_locator/out/y"]) <= MODULE


def test_projections():
    g = goldens()
    image = filled(ImageProjection(512, 4, 24), "image_proj")
    assert difference(image(g["image_proj/in/emb"]), g["image_proj/out/tokens"]) <= MODULE
    assert difference(image(torch.zeros(1, 512)), g["image_proj/out/tokens_uncond"]) <= MODULE
    audio = filled(AudioProjection(AudioProjectionConfig(5 * 2 * 6, 10, 5, 16)), "audio_proj")
    assert difference(audio(g["audio_proj/in/audio"][0])[None], g["audio_proj/out/tokens"]) <= MODULE


def test_the_authors_encoder_is_the_entanglement_block():
    g = goldens()
    keys = {
        "mha.in_proj_weight": (192, 64),
        "mha.out_proj.weight": (64, 64),
        "ln.weight": (64,),
        "ln.bias": (64,),
        "ff_self.0.weight": (64,),
        "ff_self.0.bias": (64,),
        "ff_self.1.weight": (64, 64),
        "ff_self.2.weight": (64,),
        "ff_self.2.bias": (64,),
        "ff_self.3.weight": (64, 64),
    }
    published = {name: weight(f"nfy_encoder_sa/{name}", name, torch.Size(shape)) for name, shape in keys.items()}
    net = TransformerEncoder(64)
    net.load_state_dict(encoder_weights(published))
    assert difference(net(g["nfy_encoder_sa/in/x"], g["nfy_encoder_sa/in/y"]), g["nfy_encoder_sa/out/o"]) <= MODULE


def test_wav2vec2_features():
    g = goldens()
    config = Wav2Vec2Config(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        conv_dim=(8,) * 7,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=4,
        vocab_size=8,
    )
    model = Wav2Vec2Model(config).eval()
    weights = {k.removeprefix("wav2vec/sd/"): v.float() for k, v in g.items() if k.startswith("wav2vec/sd/")}
    model.load_state_dict(weights, strict=False)
    layers = SpeechFeatures(model)(g["wav2vec/in/wave"][0], 25)
    assert difference(layers, g["wav2vec/out/layers"]) <= MODULE
    assert difference(context_windows(layers), g["wav2vec/out/windows"]) <= MODULE


def test_vae():
    g = goldens()
    net = filled(VAE(SMALL_VAE), "vae")
    mean, log_variance = net.moments(g["vae/in/pixels"])
    assert difference(mean, g["vae/out/mean"]) <= MODULE
    assert difference(log_variance, g["vae/out/logvar"]) <= MODULE
    assert difference(net.decode(g["vae/in/z"] * 0.18215), g["vae/out/decoded"]) <= MODULE


def test_schedule_and_ddim():
    g = goldens()
    assert difference(signal_powers(), g["ddim/out/alphas_cumprod_linear"]) <= 1e-6
    assert signal_powers()[999] == 0
    assert trailing_timesteps(30)[:4] == [999, 966, 932, 899] and trailing_timesteps(4) == [999, 749, 499, 249]
    for count in (5, 30, 40):
        sampler, latent = DDIM(count, aligned=False), tensor("ddimx", 1, 4, 2, 4, 4)
        trajectory = g[f"ddim/out/trajectory_{count}"]
        for index in range(count):
            assert difference(latent, trajectory[index]) <= MODULE
            latent = sampler.step(index, latent, tensor(f"ddimv{index}", 1, 4, 2, 4, 4))
        assert difference(latent, trajectory[count]) <= MODULE


def test_masks_are_bit_equal():
    g = goldens()
    points, height, width = g["masks/in/landmarks"], 300, 220
    face, lip = face_box_mask(points, height, width), lip_box_mask(points, height, width)
    assert np.array_equal(face, g["masks/out/face_mask"].numpy())
    assert np.array_equal(lip, g["masks/out/lip_mask"].numpy())
    soft_face, soft_lip = soften(face, FACE_BLUR), soften(lip, LIP_BLUR)
    background, face_without_lips, _ = split_regions(soft_face, soft_lip)
    for name, mask in (("face_blur64", soft_face), ("lip_blur64", soft_lip)):
        assert np.array_equal(mask, g[f"masks/out/{name}"].numpy()), name
    for name, mask in (("background64", background), ("sep_face64", face_without_lips)):
        assert np.array_equal(mask, g[f"masks/out/{name}"].numpy()), name
    levels = region_masks(face, lip, [(64, 64), (32, 32), (16, 16), (8, 8)])
    for regions, size in zip(levels, (64, 32, 16, 8), strict=True):
        for name, mask in zip(("full", "face", "lip"), regions, strict=True):
            assert torch.equal(mask, g[f"masks/out/{name}_{size}"])
    pixels = resize_image(g["masks/in/rgb"].permute(2, 0, 1)[None].float() / 255, (64, 64))
    assert difference(2 * pixels[0] - 1, g["masks/out/pixels64"]) <= 1e-6
    region = resize_image(torch.from_numpy(face)[None, None].float() / 255, (128, 128))
    assert torch.equal((region[0, 0] * 255).round().byte(), g["masks/out/face_region_128_ch0"])


def step_inputs() -> tuple[torch.Tensor, FaceTokens, torch.Tensor, torch.Tensor]:
    g = goldens()
    tokens = FaceTokens(face=g["unets/in/enc"][1:], unconditional=g["unets/in/enc"][:1])
    return g["unets/in/ref_latents"], tokens, as_frames(g["unets/in/latents"]), as_frames(g["unets/in/face_feat"])


def guidance_branches(
    den, ref, pictures, tokens, frames, audio, regions, location, compatibility, guided=True, strengths=STRENGTHS
) -> GuidanceBranches:
    """``pictures`` are latents of the portrait and of the motion frames."""
    banks = portrait_banks(ref, pictures[:1], tokens, compatibility, guided)
    motion_frames = motion_frame_banks(ref, pictures[1:], tokens, compatibility, guided)
    cond = den.conditioning(tokens.face, banks, motion_frames.conditional, audio, regions, location, strengths, frames)
    uncond = den.conditioning(tokens.unconditional, None, motion_frames.unconditional, None, regions, None, strengths)
    return GuidanceBranches(cond, uncond)


@pytest.mark.parametrize(
    ("name", "compatibility"),
    [
        ("noise_pred", REFERENCE_COMPATIBLE),
        pytest.param("noise_pred_bank32", REFERENCE_WITH_PRECISE_BANK, marks=pytest.mark.slow),
    ],
)
def test_one_step_of_both_nets(den, ref, name, compatibility):
    g = goldens()
    pictures, tokens, latents, location = step_inputs()
    audio = g["unets/in/audio"][0]
    branches = guidance_branches(den, ref, pictures, tokens, 4, audio, masks("unets"), location, compatibility)
    out = torch.cat([den(latents, 499, branch)[0] for branch in (branches.unconditional, branches.conditional)])
    assert difference(as_clip(out, 2), g[f"unets/out/{name}"]) <= MODULE


def test_one_step_without_guidance(den, ref):
    g = goldens()
    pictures, tokens, latents, location = step_inputs()
    inputs = (pictures, tokens, 4, g["unets/in/audio"][0], masks("unets"), location, REFERENCE_COMPATIBLE)
    branches = guidance_branches(den, ref, *inputs, guided=False)
    velocity = den(latents, 499, branches.conditional)[0]
    assert difference(as_clip(velocity, 1), g["unets/out/noise_pred_nocfg"]) <= MODULE


def test_one_step_without_audio_modules(ref):
    g = goldens()
    silent = UNetConfig(UNET.channels, context=UNET.context, audio=None)
    net = filled(DenoisingUNet(silent), "unets/den")
    pictures, tokens, latents, location = step_inputs()
    branches = guidance_branches(net, ref, pictures, tokens, 4, None, masks("unets"), location, REFERENCE_COMPATIBLE)
    out = torch.cat([net(latents, 499, branch)[0] for branch in (branches.unconditional, branches.conditional)])
    assert difference(as_clip(out, 2), g["unets/out/noise_pred_no_audio_modules"]) <= MODULE


def test_reference_net(ref):
    g = goldens()
    pictures, tokens, *_ = step_inputs()
    rows = torch.cat([pictures, pictures])
    context = torch.cat([(tokens.unconditional, tokens.face)[row % 2] for row in range(6)])
    bank, hidden = ref.complete(rows, context)
    for key in [key for key in g if key.startswith("unets/out/bank:")]:
        assert difference(bank[key.split(":")[1].removesuffix(".transformer_blocks.0")], g[key]) <= MODULE
    assert difference(hidden[:1], g["unets/out/ref_unet_last_hidden"]) <= MODULE
    written = ref(rows, context)
    assert written.keys() == bank.keys() and all(torch.equal(written[place], bank[place]) for place in bank)


def test_time_embedding_starts_with_cosines():
    assert timestep_waves(499, 64)[0] == pytest.approx(np.cos(499), abs=1e-4)


@pytest.mark.slow
def test_two_chained_clips(den, ref):
    g = goldens()
    vae, locator = filled(VAE(SMALL_VAE), "vae"), filled(FaceLocator(32), "face_locator")
    project = filled(ImageProjection(512, 4, 24), "image_proj")
    tokens = FaceTokens(project(g["pipeline/in/emb"]), project(torch.zeros(1, 512)))
    location = locator(g["pipeline/in/face_mask"].float())
    source, settings = g["pipeline/in/src"], DenoisingSettings(4, "ddim")
    motion_frames = torch.cat([source, source])
    for clip in range(2):
        pictures = vae.encode(torch.cat([source, motion_frames]))
        audio = g[f"pipeline/in/audio{clip}"][0]
        inputs = (pictures, tokens, 2, audio, masks("pipeline"), location, REFERENCE_WITH_PRECISE_BANK)
        branches = guidance_branches(den, ref, *inputs, strengths=DEFAULT_STRENGTHS)
        noise = as_frames(g[f"pipeline/in/noise{clip}"])
        steps = list(denoise(den, noise, branches, settings, REFERENCE_COMPATIBLE))
        found = torch.stack([as_clip(latents, 1) for latents in steps])
        assert difference(found, g[f"pipeline/out/latents{clip}"]) <= CHAINED
        frames = (vae.decode(steps[-1]) / 2 + 0.5).clamp(0, 1)
        assert difference(as_clip(frames, 1), g[f"pipeline/out/video{clip}"]) <= CHAINED
        motion_frames = 2 * frames - 1
