"""Hallo as a face half, from a picture and a recording to frames, with a tiny decoder."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from narrating_face.core.bundles import (
    Entangled,
    Narration,
    Portrait,
    Speech,
)
from narrating_face.core.entanglement.blocks import ExplicitTransformerEncoder
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.arcface import (
    TEMPLATE,
    ArcFace,
    align_face,
    similarity_transform,
)
from narrating_face.core.face.hallo.framing import FrameRegion, choose_region
from narrating_face.core.face.hallo.source_image import prepare_source_image
from narrating_face.core.families.hallo.controls import HalloControls
from narrating_face.core.families.hallo.face import HalloFace
from narrating_face.core.pipeline import animate, speak
from narrating_face.core.progress import Progress, Stage
from narrating_face.core.settings import (
    REFERENCE_COMPATIBLE,
    DenoisingSettings,
    FaceControls,
    HalloSettings,
)
from samples import read_portrait
from tiny_hallo import tiny_face, tiny_model, tiny_nets
from torch import nn
from torch.nn.functional import interpolate, pad

QUICK = HalloSettings(DenoisingSettings(1, "ddim", guidance=1.0), size=64)


def woman(height: int = 256, width: int = 256) -> torch.Tensor:
    """The bundled portrait in a picture of any shape, its edges repeated."""
    side = min(height, width)
    image = interpolate(read_portrait("woman"), (side, side), mode="area")
    left, top = (width - side) // 2, (height - side) // 2
    return pad(image, (left, width - side - left, top, height - side - top), mode="replicate")


def talk(seconds: float = 0.2, rate: int = 16_000) -> Speech:
    generator = torch.Generator().manual_seed(0)
    return Speech(0.1 * torch.randn(1, 1, round(seconds * rate), generator=generator), rate)


def film(image: torch.Tensor, settings: HalloSettings = QUICK, speech: Speech | None = None) -> Narration:
    return animate(tiny_model(), image, speech or talk(), controls=HalloControls(rendering=settings))


def recording_segment(portrait: Portrait, block: nn.Module) -> Entangled:
    (segment,) = tiny_face().entangle_speech(talk(), portrait, block)
    return segment


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return tiny_face().encode_portrait(woman())


@pytest.mark.slow
@pytest.mark.parametrize(("height", "width"), [(384, 640), (640, 384)])
def test_a_portrait_of_any_shape_keeps_it(height: int, width: int):
    settings, image = replace(QUICK, size=128), woman(height, width)
    frames = torch.cat(list(film(image, settings, talk(0.1)).chunks()))
    assert frames.shape == (3, height, width, 3) and frames.dtype == torch.uint8
    region = choose_region(image, tiny_face().encode_portrait(image).landmarks, settings)
    assert (region.size[0] > region.size[1]) == (height > width)


@pytest.mark.parametrize("seconds", [0.04, pytest.param(0.5, marks=pytest.mark.slow), 0.66])
@pytest.mark.parametrize("rate", [pytest.param(16_000, marks=pytest.mark.slow), 44_100])
def test_frames_follow_from_the_sound(seconds: float, rate: int):
    narration = film(woman(), speech=talk(seconds, rate))
    assert narration.frame_count == math.ceil(round(seconds * 25, 6))
    assert sum(len(chunk) for chunk in narration.chunks()) == narration.frame_count


def test_no_face_is_one_sentence():
    with pytest.raises(InputError, match="no face was found"):
        tiny_face().encode_portrait(torch.full((1, 3, 256, 256), 0.5))


def test_of_two_faces_the_largest_is_used():
    large, small = woman(256, 256), woman(128, 128)
    both = torch.cat([pad(small, (0, 0, 64, 64), mode="replicate"), large], dim=-1)
    found = tiny_face().encode_portrait(both)
    assert found.statistics.faces == 2 and found.landmarks[:, 0].mean() > 128


def test_a_profile_is_one_sentence():
    image = woman(640, 640)
    turned = tiny_face().encode_portrait(image).landmarks.clone()
    center, angle = turned.mean(0), math.radians(58)
    x, z = (turned - center)[:, 0].clone(), (turned - center)[:, 2].clone()
    turned[:, 0] = center[0] + math.cos(angle) * x + math.sin(angle) * z
    turned[:, 2] = center[2] - math.sin(angle) * x + math.cos(angle) * z
    with pytest.raises(InputError, match="turned by"):
        tiny_face().encode_portrait(image, turned)


def test_tokens_are_pixels_region_and_identity(portrait: Portrait):
    tokens = portrait.visual_tokens
    assert tokens.shape == (1, 3073, 512)
    pixels, region, identity = tokens[:, :1536], tokens[:, 1536:-1], tokens[:, -1]
    assert pixels.min() >= -1 and pixels.max() <= 1 and set(region.unique().tolist()) >= {0.0, 1.0}
    assert not identity.any(), "no ArcFace checkpoint: zeros, as where the reference finds no face"
    face = region.reshape(3, 512, 512)[0]
    assert 0.05 < face.mean() < 0.7


def test_a_fresh_block_changes_no_bit(portrait: Portrait):
    segment = recording_segment(portrait, ExplicitTransformerEncoder())
    assert segment.video.shape == (1, 3073, 512) and segment.audio.shape == (1, 65, 512)
    assert torch.equal(segment.video, portrait.visual_tokens)
    face = tiny_face()
    controls = HalloControls(rendering=QUICK)
    entangled = list(face.narration([segment], portrait, talk(), controls, 25.0).chunks())
    plain = replace(segment, video=portrait.visual_tokens)
    assert torch.equal(
        torch.cat(entangled), torch.cat(list(face.narration([plain], portrait, talk(), controls, 25.0).chunks()))
    )
    region = choose_region(portrait.image, portrait.landmarks, QUICK)
    untouched = prepare_source_image(portrait, portrait.visual_tokens, region, 4)
    assert torch.equal(prepare_source_image(portrait, segment.video, region, 4).pixels, untouched.pixels)


@pytest.mark.slow
def test_a_trained_block_changes_the_video_and_only_the_first_segment_counts(portrait: Portrait):
    torch.manual_seed(0)
    block = ExplicitTransformerEncoder()
    torch.nn.init.normal_(block.video.output.weight, std=0.05)
    torch.nn.init.normal_(block.video.feed_out.weight, std=0.05)
    changed = recording_segment(portrait, block)
    plain = replace(changed, video=portrait.visual_tokens)
    face, controls = tiny_face(), HalloControls(rendering=QUICK)

    def frames(*segments) -> torch.Tensor:
        return torch.cat(list(face.narration(segments, portrait, talk(), controls, 25.0).chunks()))

    assert not torch.equal(frames(changed), frames(plain))
    assert torch.equal(frames(plain, changed), frames(plain))


def test_a_change_of_the_square_picture_replaces_it_whole(portrait: Portrait):
    """At the size and shape that the entanglement sees, its output is what the decoder sees."""
    video = portrait.visual_tokens + 0.1 * torch.randn_like(portrait.visual_tokens)
    height, width = portrait.image.shape[-2:]
    prepared = prepare_source_image(portrait, video, FrameRegion(0, 0, width, height, (512, 512)), 4)
    assert torch.allclose(prepared.pixels.reshape(1, 1536, 512), video[:, :1536], atol=1e-5)
    assert torch.allclose(prepared.face_region.reshape(1, 1536, 512), video[:, 1536:-1], atol=1e-5)
    assert torch.allclose(prepared.face_embedding, video[:, -1], atol=1e-6)


def test_exact_settings_render_a_square():
    narration = film(woman(200, 300), replace(QUICK, compatibility=REFERENCE_COMPATIBLE, paste_back=False))
    assert next(iter(narration.chunks())).shape == (5, 64, 64, 3)


def test_progress_moves_within_a_clip():
    narration = film(woman(), replace(QUICK, denoising=DenoisingSettings(4, guidance=1.0)))
    reports: list[Progress] = []
    list(narration.chunks(reports.append))
    assert reports == [Progress(Stage.FRAMES, done, 5) for done in (1, 2, 3, 5)]


def test_what_is_missing_is_noted():
    assert any("ArcFace" in note for note in film(woman()).notes)
    deaf = HalloFace(replace(tiny_nets(), speech_features=None), tiny_face().landmarker)
    portrait = deaf.encode_portrait(woman())
    segments = deaf.entangle_speech(talk(), portrait, ExplicitTransformerEncoder(), fps=20.0)
    notes = deaf.narration(segments, portrait, talk(), FaceControls(), 20.0).notes
    assert any("does not follow the speech" in note for note in notes) and any("20" in note for note in notes)


def test_a_face_without_a_voice_says_what_is_missing(portrait: Portrait):
    with pytest.raises(InputError, match="XTTS-v2"):
        speak(tiny_model(), (torch.zeros(1, 1, 16_000), 16_000), "Hello.")
    with pytest.raises(InputError, match="no segment"):
        tiny_face().narration([], portrait, talk(), FaceControls(), 25.0)


def test_an_arcface_crop_lays_the_eyes_where_they_belong(portrait: Portrait):
    crop = align_face(portrait.image, portrait.landmarks)
    assert crop.shape == (1, 3, 112, 112)
    points = torch.tensor(TEMPLATE, dtype=torch.float64)
    turn = torch.tensor([[0.9, -0.3], [0.3, 0.9]], dtype=torch.float64)
    matrix = similarity_transform(points, points @ turn.T + 7)
    assert torch.allclose(matrix[:, :2], turn) and torch.allclose(
        matrix[:, 2], torch.full((2,), 7.0, dtype=torch.float64)
    )
    face = HalloFace(replace(tiny_nets(), embedder=ArcFace((1, 1, 1, 1))), tiny_face().landmarker)
    identity = face.encode_portrait(woman()).visual_tokens[:, -1]
    assert identity.shape == (1, 512) and identity.any()
