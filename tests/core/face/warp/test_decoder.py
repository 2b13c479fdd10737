"""The warp decoder: what moves, what must not, and that frames do not depend on their chunk."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from narrating_face.core.bundles import FaceMotion
from narrating_face.core.face import measurements
from narrating_face.core.face.portrait import analyze_portrait
from narrating_face.core.face.warp import WarpDecoder, render_chunks
from narrating_face.core.motion_channels import CHANNEL_INDEX, CHANNELS
from narrating_face.core.runtime.thread_pool import ThreadPool
from torch.nn import functional as F


def latents(**channels: float) -> torch.Tensor:
    """Motion values [17]; ``blink`` sets both eyes."""
    values = torch.zeros(len(CHANNELS))
    if "blink" in channels:
        channels["blink_left"] = channels["blink_right"] = channels.pop("blink")
    for name, value in channels.items():
        values[CHANNEL_INDEX[name]] = value
    return values


def speaking(frames: int) -> torch.Tensor:
    """Motion values [F, 17] in which every channel moves."""
    time = torch.arange(frames)[:, None] / 25
    waves = torch.sin(6.0 * time * (1 + 0.1 * torch.arange(len(CHANNELS))))
    low = torch.tensor([0.0] * 8 + [0.0, 0.0] + [-1.0] * 4 + [-0.15] * 3)
    high = torch.tensor([0.8, 0.3, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5] + [1.0] * 6 + [0.15] * 3)
    return low + (high - low) * (0.5 + 0.5 * waves)


def portrait_of(image, landmarker):
    return analyze_portrait(image, landmarker, lambda _: torch.zeros(1, 1, 512))


@pytest.fixture(scope="module")
def man(picture, landmarker):
    return portrait_of(picture("man"), landmarker)


@pytest.fixture(scope="module")
def smiling(picture, landmarker):
    return portrait_of(picture("woman_smiling_400"), landmarker)


@pytest.fixture(scope="module")
def decoder(man):
    return WarpDecoder(man)


@pytest.fixture(scope="module")
def speaking_frames(decoder):
    return decoder.render(speaking(20))


def original(portrait) -> torch.Tensor:
    return (portrait.image[0] * 255).round().to(torch.uint8).permute(1, 2, 0)


def inside(portrait, vertices, margin: float) -> torch.Tensor:
    """A box around landmarks with a ``margin`` in inter-ocular distances: bool [H, W]."""
    points = portrait.landmarks[list(vertices), :2]
    border = margin * portrait.statistics.face_size
    low, high = points.amin(0) - border, points.amax(0) + border
    y, x = torch.meshgrid(*(torch.arange(size) for size in portrait.image.shape[-2:]), indexing="ij")
    return (x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1])


def test_a_face_at_rest_is_the_portrait(decoder, man):
    frame = decoder.render(latents()[None])[0].int()
    difference = (frame - original(man).int()).abs().amax(-1)
    lips = inside(man, (61, 291, 0, 17), 0.05)
    assert difference[~lips].max() == 0
    assert difference[lips].float().mean() < 1.0


def test_closing_an_open_mouth_changes_only_the_lower_face(smiling):
    frame = WarpDecoder(smiling).render(latents()[None])[0].int()
    difference = (frame - original(smiling).int()).abs().amax(-1)
    lower_face = inside(smiling, (132, 361, 2, 152), 0.2)
    assert difference[~lower_face].max() == 0
    assert difference[lower_face].max() > 60


@pytest.mark.parametrize("channel", ["blink_left", "blink_right"])
def test_a_blink_changes_only_its_eye(decoder, man, channel):
    rest = decoder.render(latents()[None])[0].int()
    frame = decoder.render(latents(**{channel: 1.0})[None])[0].int()
    changed = (frame - rest).abs().amax(-1) > 0
    eye = inside(man, (33, 133) if channel == "blink_left" else (362, 263), 0.4)
    assert changed.any() and not changed[~eye].any()


def test_the_background_stays_in_place_when_the_head_turns(decoder, man):
    turned = decoder.render(torch.stack([latents(head_yaw=0.15), latents(head_pitch=-0.15), latents(head_roll=0.1)]))
    difference = (turned.int() - original(man).int()).abs().amax(-1)
    head = inside(man, (10, 152, 234, 454), 1.2)
    assert difference[:, ~head].max() == 0
    assert (difference.flatten(1).float().mean(1) > 1).all()


@pytest.mark.parametrize("size", [7, 16])
def test_chunks_do_not_change_the_frames(speaking_frames, man, size):
    motion = FaceMotion(speaking(20)[None], fps=25.0)
    frames = torch.cat(list(render_chunks(man, motion, chunk_frames=size)))
    assert torch.equal(frames, speaking_frames)


@pytest.mark.parametrize("count", [1, 3])
def test_threads_do_not_change_the_frames(speaking_frames, man, count):
    other = WarpDecoder(man)
    other.workers = ThreadPool(count)
    assert torch.equal(other.render(speaking(20)), speaking_frames)


def test_large_portraits_have_short_chunks(decoder, man, landmarker):
    assert decoder.chunk_frames == 16
    large = portrait_of(F.interpolate(man.image, (1024, 1024), mode="bilinear"), landmarker)
    assert WarpDecoder(large).chunk_frames == 8


def test_the_same_motion_gives_the_same_frames(decoder):
    assert torch.equal(decoder.render(speaking(3)), decoder.render(speaking(3)))


@pytest.mark.parametrize(("height", "width"), [(401, 351), (300, 400), (400, 233)])
def test_odd_and_oblong_portraits_give_even_frames(man, height, width):
    scale = torch.tensor([width / 400, height / 400, width / 400])
    picture = F.interpolate(man.image, (height, width), mode="bilinear", antialias=True).clamp(0, 1)
    stretched = dataclasses.replace(man, image=picture, landmarks=man.landmarks * scale)
    frames = WarpDecoder(stretched).render(speaking(2))
    assert frames.dtype == torch.uint8
    assert frames.shape == (2, height // 2 * 2, width // 2 * 2, 3)


def test_a_cropped_face_moves_like_the_whole_one(man, decoder):
    left, top = 90, 110  # ears and hair lie outside
    rows, columns = slice(top, top + 210), slice(left, left + 200)
    points = man.landmarks - torch.tensor([left, top, 0.0])
    cropped = dataclasses.replace(man, image=man.image[..., rows, columns], landmarks=points)
    frames = WarpDecoder(cropped).render(speaking(4))
    assert frames.shape == (4, 210, 200, 3)
    difference = (frames.int() - decoder.render(speaking(4))[:, rows, columns].int()).abs().amax(-1)
    assert difference[:, 40:170, 40:160].float().mean((1, 2)).max() < 1  # away from the borders


def apertures(frames, landmarker) -> torch.Tensor:
    found = [landmarker.detect(frame.permute(2, 0, 1)[None].float() / 255)[0] for frame in frames]
    return torch.tensor([measurements.mouth_gap(face.points) for face in found])


@pytest.mark.parametrize("who", ["man", "smiling"])
def test_the_mouth_opens_by_the_requested_gap(who, request, landmarker):
    gaps = torch.linspace(0, 0.35, 8)
    motion = torch.stack([latents(lip_gap=float(gap), jaw=2.5 * float(gap)) for gap in gaps])
    measured = apertures(WarpDecoder(request.getfixturevalue(who)).render(motion), landmarker)
    assert torch.corrcoef(torch.stack([gaps, measured]))[0, 1] > 0.95
    assert measured[0] < 0.04
    assert (measured - gaps).abs().max() < 0.09


def test_spread_and_rounded_lips_change_the_width_of_the_mouth(decoder, landmarker):
    motion = torch.stack([latents(lip_width=1.0), latents(), latents(lip_round=1.0, lip_width=-1.0)])
    faces = [
        landmarker.detect(frame.permute(2, 0, 1)[None].float() / 255)[0].points for frame in decoder.render(motion)
    ]
    spread, rest, rounded = ((face[291, :2] - face[61, :2]).norm() for face in faces)
    assert spread > 1.05 * rest and rounded < 0.9 * rest


def test_closed_eyes_stay_closed(picture, landmarker):
    elf = WarpDecoder(portrait_of(picture("elf_closed_eyes_400"), landmarker))
    assert elf.eyes_closed == (True, True)
    rest, blinking = elf.render(torch.stack([latents(), latents(blink=1.0)]))
    assert torch.equal(rest, blinking)


def test_frames_stay_sharp_where_nothing_moves(decoder, man):
    frames = decoder.render(speaking(3))
    still = ~inside(man, (10, 152, 234, 454), 1.2)
    assert torch.equal(frames[2][still], original(man)[still])
