"""Clips of tiny decoders: what changes results and what must not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import torch
from narrating_face.core.face.hallo.clips import ClipChain
from narrating_face.core.face.hallo.hierarchical_masks import region_masks
from narrating_face.core.face.hallo.memory_plan import (
    BALANCED,
    FAST,
    LOW,
    MemoryPlan,
)
from narrating_face.core.face.hallo.motion_frames import anchor_latents, motion_frame_latents, reencode
from narrating_face.core.face.hallo.residency import DeviceResidency
from narrating_face.core.face.hallo.source_image import SourceImage
from narrating_face.core.face.hallo.speech_features import SpeechReader
from narrating_face.core.face.hallo.vae import VAE
from narrating_face.core.progress import Progress, Stage
from narrating_face.core.settings import (
    REFERENCE_COMPATIBLE,
    CompatibilityFlags,
    DenoisingSettings,
    HalloSettings,
)
from tiny_hallo import tiny_nets
from torch import Tensor

CLIP, FILM = 2, 3  # frames of a whole clip; of two, the second cut short
SETTINGS = HalloSettings(DenoisingSettings(2, "ddim"), size=64, frames=CLIP)
SIDE = 64  # the deepest level of the networks holds one pixel


def source_image(height: int = SIDE, width: int = SIDE) -> SourceImage:
    generator = torch.Generator().manual_seed(3)
    pixels = torch.rand(1, 3, height, width, generator=generator) * 2 - 1
    face, lip = torch.zeros(height, width, dtype=torch.uint8), torch.zeros(height, width, dtype=torch.uint8)
    face[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = 255
    lip[height // 2 : 5 * height // 8, 3 * width // 8 : 5 * width // 8] = 255
    sizes = [(height // (8 << level), width // (8 << level)) for level in range(4)]
    masks = region_masks(face.numpy(), lip.numpy(), sizes)
    embedding = torch.randn(1, 512, generator=generator)
    return SourceImage(pixels, face.expand(1, 3, -1, -1) / 255, embedding, masks)


def reader(frames: int, seconds: float | None = None) -> SpeechReader:
    features = tiny_nets().speech_features
    assert features is not None
    waveform = torch.randn(round((seconds or frames / 25) * 16000), generator=torch.Generator().manual_seed(4))
    return SpeechReader(features, waveform, frames, 25.0)


def film(settings: HalloSettings = SETTINGS, frames: int = FILM, plan: MemoryPlan = FAST, seed: int = 0) -> Tensor:
    chain = ClipChain(tiny_nets(), settings, plan, DeviceResidency())
    chunks = list(chain.chunks(source_image(), reader(frames), frames, seed))
    assert [len(chunk) for chunk in chunks[:-1]] == [settings.frames] * (len(chunks) - 1)
    return torch.cat(chunks)


@cache
def usual_film(settings: HalloSettings = SETTINGS, frames: int = FILM) -> Tensor:
    """Made once for the tests that compare another with it."""
    return film(settings, frames)


def test_length_is_exact_and_the_seed_decides():
    first = film()
    assert first.shape == (FILM, SIDE, SIDE, 3) and first.dtype == torch.uint8
    assert torch.equal(first, usual_film()) and not torch.equal(first, film(seed=1))


@pytest.mark.slow
@pytest.mark.parametrize("plan", [BALANCED, LOW])
def test_the_memory_plan_does_not_change_the_result(plan: MemoryPlan):
    assert (film(plan=plan).int() - usual_film().int()).abs().max() <= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "flag", ["steady_reference", "full_precision_bank", "aligned_timesteps", "latent_chain", "latent_anchor"]
)
def test_every_compatibility_flag_has_an_effect(flag: str):
    settings = replace(SETTINGS, denoising=DenoisingSettings(3, "ddim"))
    changed = film(replace(settings, compatibility=replace(CompatibilityFlags(), **{flag: False})))
    assert not torch.equal(changed, usual_film(settings))


def test_sound_moves_the_picture():
    chain = ClipChain(tiny_nets(), SETTINGS, FAST, DeviceResidency())
    silent = torch.cat(list(chain.chunks(source_image(), None, CLIP, 0)))
    assert not torch.equal(silent, usual_film(frames=CLIP))


def test_strengths_reach_the_audio_modules():
    assert not torch.equal(film(replace(SETTINGS, strengths=(1.0, 1.0, 0.0)), CLIP), usual_film(frames=CLIP))


def test_guidance_of_one_runs_one_half():
    calls = []
    hook = tiny_nets().hallo.denoising_unet.register_forward_hook(lambda *_: calls.append(1))
    try:
        film(replace(SETTINGS, denoising=DenoisingSettings(3, guidance=1.0)), CLIP)
        assert len(calls) == 3
        film(replace(SETTINGS, denoising=DenoisingSettings(4, guidance=3.5, guided=(0.0, 0.5))), CLIP)
        assert len(calls) == 3 + 4 + 2
    finally:
        hook.remove()


def test_reused_steps_skip_the_deeper_levels():
    calls = []
    hook = tiny_nets().hallo.denoising_unet.mid_block.resnets[0].register_forward_hook(lambda *_: calls.append(1))
    try:
        film(replace(SETTINGS, denoising=DenoisingSettings(4, cache_interval=2)), CLIP)
        assert len(calls) == 4  # two of four steps, in both halves
    finally:
        hook.remove()


@pytest.mark.parametrize(("height", "width"), [(64, 128), (128, 64)])
def test_any_shape(height: int, width: int):
    chain = ClipChain(tiny_nets(), SETTINGS, BALANCED, DeviceResidency())
    (chunk,) = chain.chunks(source_image(height, width), reader(CLIP), CLIP, 0)
    assert chunk.shape == (CLIP, height, width, 3)


def test_steps_are_reported_as_frames_over_all_clips():
    seen: list[Progress] = []
    chain = ClipChain(tiny_nets(), replace(SETTINGS, frames=4), FAST, DeviceResidency())
    for _ in chain.chunks(source_image(), None, 6, 0, seen.append):
        pass
    assert seen == [Progress(Stage.FRAMES, done, 6) for done in (2, 4, 5, 6)]


def test_the_reference_net_is_offloaded_and_loaded_again():
    moves: list[str] = []

    class Watching:
        def load(self, net: torch.nn.Module) -> None:
            moves.append("load")

        def offload(self, net: torch.nn.Module) -> None:
            moves.append("offload")

    list(ClipChain(tiny_nets(), SETTINGS, LOW, Watching()).chunks(source_image(), None, FILM, 0))
    assert moves == ["load", "load", "offload", "load", "offload"]


def test_exact_settings_run_through_pixels():
    encoded = []
    vae = tiny_nets().vae
    assert isinstance(vae, VAE)
    hook = vae.encoder.register_forward_hook(lambda _, inputs, __: encoded.append(len(inputs[0])))
    try:
        film(replace(SETTINGS, compatibility=REFERENCE_COMPATIBLE), FILM)
    finally:
        hook.remove()
    assert encoded == [1, 2]  # the portrait, and the two last frames of the first clip


class TintingCodec:
    """A codec that is not quite true to contrast and colour, as every VAE is not."""

    def encode(self, pixels: Tensor) -> Tensor:
        return torch.cat([pixels, pixels.mean(1, keepdim=True)], dim=1)

    def decode(self, latents: Tensor) -> Tensor:
        return 1.01 * latents[:, :3] + torch.tensor([0.02, 0.0, -0.02])[:, None, None]


def drift_after_a_minute(compatibility: CompatibilityFlags) -> float:
    """How far the colours of the frames that clips hand on have moved after 94 clips that change nothing else."""
    codec = TintingCodec()
    first = 0.2 * torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(5))
    portrait = codec.encode(first)
    latents = portrait.expand(2, -1, -1, -1)
    for _ in range(94):
        frames = None if compatibility.latent_chain else reencode(codec, codec.decode(latents))
        latents = motion_frame_latents(latents, frames, 2, portrait, compatibility)
    return (latents - portrait).mean((-2, -1)).abs().max().item()


def test_a_chain_drifts_as_the_reference_runs_it_and_each_fix_holds_it():
    assert drift_after_a_minute(REFERENCE_COMPATIBLE) > 0.5
    assert drift_after_a_minute(replace(REFERENCE_COMPATIBLE, latent_anchor=True)) < 0.05
    assert drift_after_a_minute(replace(REFERENCE_COMPATIBLE, latent_chain=True)) == 0
    assert drift_after_a_minute(CompatibilityFlags()) < 1e-5


def test_an_error_of_the_network_stays_bounded_with_the_anchor():
    """Each clip adds the same error to what it was given, whichever way it is handed on."""
    portrait = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(5))
    loose, held = portrait, portrait
    for _ in range(94):
        loose, held = 1.02 * loose + 0.05, anchor_latents(1.02 * held + 0.05, portrait)
    assert (loose - portrait).abs().mean() > 4
    assert (held - portrait).abs().mean() < 0.2


@torch.inference_mode()
def test_speech_is_read_the_same_in_stretches_as_at_once():
    whole = reader(24)
    windows = whole.windows(0, 24)
    assert windows.shape == (24, 5, 2, 16)
    assert torch.equal(windows[3, 2], whole.windows(3, 4)[0, 2])
    assert torch.equal(windows[0, 0], windows[0, 2]) and torch.equal(windows[-1, -1], windows[-1, 2])
    long = reader(600)
    assert long.windows(248, 264).shape == (16, 5, 2, 16)
    assert (long.windows(250, 252) - long.windows(249, 251)[1:2]).abs().max() < 50


@torch.inference_mode()
def test_stretches_agree_with_the_whole_away_from_their_ends():
    features = tiny_nets().speech_features
    assert features is not None
    waveform = torch.randn(16 * 16_000, generator=torch.Generator().manual_seed(4))
    whole = SpeechReader(features, waveform, 400, 25.0, chunk_frames=400).windows(100, 116)
    part = SpeechReader(features, waveform, 400, 25.0, chunk_frames=250).windows(100, 116)
    assert (whole - part).norm() / whole.norm() < 0.05


@torch.inference_mode()
def test_speech_shorter_than_its_frames_is_padded():
    assert reader(1, seconds=0.01).windows(0, 16).shape == (16, 5, 2, 16)
