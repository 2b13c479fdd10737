"""The face half of the full family, from a picture and a recording to frames, with a tiny decoder."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from narrating_face.core.bundles import Narration, Portrait, Speech
from narrating_face.core.entanglement.encoders import ExplicitTransformerEncoder
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.arcface import (
    TEMPLATE,
    ArcFace,
    aligned,
    similarity,
)
from narrating_face.core.face.hallo.framing import FrameRegion, choose_region
from narrating_face.core.face.hallo.settings import REFERENCE_COMPATIBLE, DenoisingSettings, HalloSettings
from narrating_face.core.face.hallo.subject import prepare_subject
from narrating_face.core.families.hallo.face import HalloFace
from narrating_face.core.families.hallo.recording import speech_window
from narrating_face.core.media import read_image
from narrating_face.core.model import FaceControls
from narrating_face.core.pipeline import animate, speak
from tiny_hallo import tiny_model, tiny_nets
from torch.nn.functional import interpolate, pad

SAMPLES = Path(__file__).parents[3] / "model_loaders" / "starter" / "samples"
QUICK = HalloSettings(DenoisingSettings(1, "ddim", guidance=1.0), size=64)


def woman(height: int = 256, width: int = 256) -> torch.Tensor:
    """The bundled portrait in a picture of any shape, its edges repeated."""
    side = min(height, width)
    image = interpolate(read_image(SAMPLES / "woman.png"), (side, side), mode="area")
    left, top = (width - side) // 2, (height - side) // 2
    return pad(image, (left, width - side - left, top, height - side - top), mode="replicate")


def talk(seconds: float = 0.5, rate: int = 16_000) -> Speech:
    chance = torch.Generator().manual_seed(0)
    return Speech(0.1 * torch.randn(1, 1, round(seconds * rate), generator=chance), rate)


def film(image: torch.Tensor, settings: HalloSettings = QUICK, speech: Speech | None = None) -> Narration:
    return animate(tiny_model(), image, speech or talk(), controls=FaceControls(diffusion=settings))


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return tiny_model().encode_portrait(woman())


@pytest.mark.parametrize(("height", "width"), [(384, 640), (640, 384)])
def test_a_portrait_of_any_shape_keeps_it(height: int, width: int):
    settings, image = replace(QUICK, size=128), woman(height, width)
    frames = torch.cat(list(film(image, settings, talk(0.1)).windows()))
    assert frames.shape == (3, height, width, 3) and frames.dtype == torch.uint8
    region = choose_region(image, tiny_model().encode_portrait(image).landmarks, settings)
    assert (region.size[0] > region.size[1]) == (height > width)


@pytest.mark.parametrize("seconds", [0.04, 0.5, 0.66])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_frames_follow_from_the_sound(seconds: float, rate: int):
    narration = film(woman(), speech=talk(seconds, rate))
    assert narration.frames == math.ceil(round(seconds * 25, 6))
    assert sum(len(window) for window in narration.windows()) == narration.frames


def test_no_face_is_one_sentence():
    with pytest.raises(InputError, match="no face was found"):
        tiny_model().encode_portrait(torch.full((1, 3, 256, 256), 0.5))


def test_of_two_faces_the_largest_is_used():
    large, small = woman(256, 256), woman(128, 128)
    both = torch.cat([pad(small, (0, 0, 64, 64), mode="replicate"), large], dim=-1)
    found = tiny_model().encode_portrait(both)
    assert found.statistics.faces == 2 and found.landmarks[:, 0].mean() > 128


def test_a_profile_is_one_sentence():
    image = woman(640, 640)
    turned = tiny_model().encode_portrait(image).landmarks.clone()
    center, angle = turned.mean(0), math.radians(58)
    x, z = (turned - center)[:, 0].clone(), (turned - center)[:, 2].clone()
    turned[:, 0] = center[0] + math.cos(angle) * x + math.sin(angle) * z
    turned[:, 2] = center[2] - math.sin(angle) * x + math.cos(angle) * z
    with pytest.raises(InputError, match="turned by"):
        tiny_model().encode_portrait(image, turned)


def test_tokens_are_pixels_region_and_identity(portrait: Portrait):
    tokens = portrait.visual_tokens
    assert tokens.shape == (1, 3073, 512)
    pixels, region, identity = tokens[:, :1536], tokens[:, 1536:-1], tokens[:, -1]
    assert pixels.min() >= -1 and pixels.max() <= 1 and set(region.unique().tolist()) >= {0.0, 1.0}
    assert not identity.any(), "no ArcFace checkpoint: zeros, as where the reference finds no face"
    face = region.reshape(3, 512, 512)[0]
    assert 0.05 < face.mean() < 0.7


def test_a_fresh_block_changes_no_bit(portrait: Portrait):
    window = speech_window(talk(), portrait, ExplicitTransformerEncoder(), 25.0)
    assert window.video.shape == (1, 3073, 512) and window.audio.shape == (1, 65, 512)
    assert torch.equal(window.video, portrait.visual_tokens)
    face = tiny_model().face
    controls = FaceControls(diffusion=QUICK)
    entangled = list(face.narration([window], portrait, talk(), controls, 25.0).windows())
    plain = replace(window, video=portrait.visual_tokens)
    assert torch.equal(
        torch.cat(entangled), torch.cat(list(face.narration([plain], portrait, talk(), controls, 25.0).windows()))
    )
    region = choose_region(portrait.image, portrait.landmarks, QUICK)
    untouched = prepare_subject(portrait, portrait.visual_tokens, region, 4)
    assert torch.equal(prepare_subject(portrait, window.video, region, 4).pixels, untouched.pixels)


def test_a_trained_block_changes_the_video_and_only_the_first_window_counts(portrait: Portrait):
    torch.manual_seed(0)
    block = ExplicitTransformerEncoder()
    torch.nn.init.normal_(block.video.output.weight, std=0.05)
    torch.nn.init.normal_(block.video.feed_out.weight, std=0.05)
    changed = speech_window(talk(), portrait, block, 25.0)
    plain = replace(changed, video=portrait.visual_tokens)
    face, controls = tiny_model().face, FaceControls(diffusion=QUICK)

    def frames(*windows) -> torch.Tensor:
        return torch.cat(list(face.narration(windows, portrait, talk(), controls, 25.0).windows()))

    assert not torch.equal(frames(changed), frames(plain))
    assert torch.equal(frames(plain, changed), frames(plain))


def test_a_change_of_the_square_picture_replaces_it_whole(portrait: Portrait):
    """At the size and shape that the entanglement sees, its output is what the decoder sees."""
    video = portrait.visual_tokens + 0.1 * torch.randn_like(portrait.visual_tokens)
    height, width = portrait.image.shape[-2:]
    subject = prepare_subject(portrait, video, FrameRegion(0, 0, width, height, (512, 512)), 4)
    assert torch.allclose(subject.pixels.reshape(1, 1536, 512), video[:, :1536], atol=1e-5)
    assert torch.allclose(subject.region.reshape(1, 1536, 512), video[:, 1536:-1], atol=1e-5)
    assert torch.allclose(subject.embedding, video[:, -1], atol=1e-6)


def test_exact_settings_render_a_square():
    narration = film(woman(200, 300), replace(QUICK, compatibility=REFERENCE_COMPATIBLE, paste_back=False))
    assert next(iter(narration.windows())).shape == (13, 64, 64, 3)


def test_progress_is_told_between_windows():
    narration, told = film(woman()), []
    assert narration.listen is not None and narration.motion is None
    narration.listen(told.append)
    list(narration.windows())
    assert told == [1.0]


def test_what_is_missing_is_noted():
    assert any("ArcFace" in note for note in film(woman()).notes)
    deaf = HalloFace(replace(tiny_nets(), speech_features=None), tiny_model().face._landmarker)
    window = speech_window(talk(), tiny_model().encode_portrait(woman()), ExplicitTransformerEncoder(), 20.0)
    notes = deaf.narration([window], tiny_model().encode_portrait(woman()), talk(), FaceControls(), 20.0).notes
    assert any("does not hear" in note for note in notes) and any("20" in note for note in notes)


def test_voice_stages_refuse_in_one_sentence():
    with pytest.raises(InputError, match="XTTS-v2"):
        speak(tiny_model(), (torch.zeros(1, 1, 16_000), 16_000), "Hello.")
    with pytest.raises(InputError, match="no window"):
        tiny_model().narration([], tiny_model().no_portrait(), talk(), FaceControls(), 25.0)


def test_an_arcface_crop_lays_the_eyes_where_they_belong(portrait: Portrait):
    crop = aligned(portrait.image, portrait.landmarks)
    assert crop.shape == (1, 3, 112, 112)
    points = torch.tensor(TEMPLATE, dtype=torch.float64)
    turn = torch.tensor([[0.9, -0.3], [0.3, 0.9]], dtype=torch.float64)
    matrix = similarity(points, points @ turn.T + 7)
    assert torch.allclose(matrix[:, :2], turn) and torch.allclose(
        matrix[:, 2], torch.full((2,), 7.0, dtype=torch.float64)
    )
    face = HalloFace(replace(tiny_nets(), embedder=ArcFace((1, 1, 1, 1))), tiny_model().face._landmarker)
    identity = face.encode_portrait(woman()).visual_tokens[:, -1]
    assert identity.shape == (1, 512) and identity.any()
