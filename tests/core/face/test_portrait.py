"""Portrait analysis: its facts and pictures on real portraits, and what it refuses."""

from __future__ import annotations

import math

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.face import measurements, topology
from narrating_face.core.face.landmarks.canonical_face import HeadPose
from narrating_face.core.face.masks import face_mask, lip_mask
from narrating_face.core.face.portrait import analyze_portrait, check_face
from torch.nn import functional as F


def encode(face):
    """A visual encoder's shape without its weights: its inputs as one row, so that tests can read them."""
    crop, canonical, blendshapes = face.visual_inputs()
    return torch.cat([crop.flatten(1), canonical.flatten(1), blendshapes], dim=1)[:, None]


def analyze(image, landmarker, landmarks=None):
    return analyze_portrait(image, landmarker, encode, landmarks=landmarks)


@pytest.fixture(scope="module")
def man(picture, landmarker):
    return analyze(picture("man"), landmarker)


@pytest.fixture(scope="module")
def elf(picture, landmarker):
    return analyze(picture("elf_closed_eyes_400"), landmarker)


def test_shapes_and_ranges(man, picture):
    assert torch.equal(man.image, picture("man"))
    assert man.landmarks.shape == (478, 3) and man.blendshapes.shape == (52,)
    assert man.to_crop.shape == (2, 3)
    assert man.visual_tokens.shape == (1, 1, 3 * 64 * 64 + 478 * 2 + 52)
    for mask in (face_mask(man), lip_mask(man)):
        assert mask.shape == (1, 1, 400, 400) and mask.min() == 0 and mask.max() == 1


def test_facts_of_a_frontal_face(man):
    statistics = man.statistics
    assert statistics.faces == 1
    assert statistics.face_size == pytest.approx(87.3, abs=1)
    assert min(statistics.eye_left, statistics.eye_right) > 0.7
    assert max(abs(statistics.yaw), abs(statistics.pitch), abs(statistics.roll)) < math.radians(6)
    assert statistics.mouth_gap < 0.06
    assert max(abs(statistics.gaze_x), abs(statistics.gaze_y)) < 0.4


def test_closed_eyes_are_reported(elf):
    assert max(elf.statistics.eye_left, elf.statistics.eye_right) < 0.25


def test_a_mirrored_portrait_has_mirrored_facts(picture, landmarker):
    statistics = analyze(picture("woman_smiling_400"), landmarker).statistics
    mirrored = analyze(picture("woman_smiling_400").flip(-1), landmarker).statistics
    assert statistics.yaw < -0.1
    assert mirrored.yaw == pytest.approx(-statistics.yaw, abs=0.07)
    assert mirrored.gaze_x == pytest.approx(-statistics.gaze_x, abs=0.25)
    assert mirrored.roll == pytest.approx(-statistics.roll, abs=0.05)


def test_the_canonical_frame_has_no_place_size_or_roll(man):
    turn = torch.tensor([[0.9, -0.5], [0.5, 0.9]])
    canonical = measurements.canonical_landmarks(man.landmarks)
    moved = measurements.canonical_landmarks(man.landmarks[:, :2] @ turn.T + torch.tensor([30.0, -70.0]))
    assert torch.allclose(canonical, moved, atol=1e-5)
    assert torch.allclose(canonical[topology.IRIS_RIGHT[0]], torch.tensor([0.5, 0.0]), atol=1e-6)
    assert torch.allclose(canonical[topology.IRIS_LEFT[0]], torch.tensor([-0.5, 0.0]), atol=1e-6)


def test_the_crop_is_upright_and_holds_the_head(elf):
    in_crop = elf.landmarks[:, :2] @ elf.to_crop[:, :2].T + elf.to_crop[:, 2]
    left, right = in_crop[topology.IRIS_LEFT[0]], in_crop[topology.IRIS_RIGHT[0]]
    assert (right - left)[1].abs() < 1e-2 and right[0] > left[0]
    assert (right - left).norm().item() == pytest.approx(elf.statistics.face_size, rel=1e-4)  # the image's own scale
    margin = 0.15 * elf.crop_size
    assert in_crop.min() > margin and in_crop.max() < elf.crop_size - margin


def test_the_visual_crop_shows_what_the_transform_says(man, picture):
    crop = man.visual_tokens[0, 0, : 3 * 64 * 64].reshape(1, 3, 64, 64)
    nose = man.landmarks[1, :2]
    x, y = ((man.to_crop[:, :2] @ nose + man.to_crop[:, 2]) * 64 / man.crop_size).int().tolist()
    column, row = nose.int().tolist()
    around = picture("man")[0, :, row - 3 : row + 4, column - 3 : column + 4].mean(dim=(1, 2))
    assert torch.allclose(crop[0, :, y, x], around, atol=0.06)


def test_masks_cover_face_and_lips(man):
    def value(mask, index):
        x, y = man.landmarks[index, :2].int().tolist()
        return mask[0, 0, y, x].item()

    assert value(face_mask(man), 1) == 1 and value(face_mask(man), 13) == 1
    assert value(face_mask(man), topology.CHIN) == pytest.approx(0.5, abs=0.1)
    assert value(lip_mask(man), 13) == 1 and value(lip_mask(man), 1) == 0
    assert face_mask(man)[0, 0, 0].max() == 0


def test_given_landmarks_are_used_instead_of_detection(man, picture, landmarker):
    flat = man.landmarks[:, :2].double() + 5
    given = analyze(picture("man"), landmarker, landmarks=flat)
    assert torch.equal(given.landmarks[:, :2], flat.float())
    assert given.statistics.faces == 1
    assert torch.allclose(given.blendshapes, man.blendshapes, atol=1e-3)
    assert abs(given.statistics.yaw - man.statistics.yaw) < math.radians(3)


def test_given_landmarks_with_depth_are_kept(man, picture, landmarker):
    given = analyze(picture("man"), landmarker, landmarks=man.landmarks)
    assert torch.equal(given.landmarks, man.landmarks)


def test_of_two_faces_the_largest_is_used(man, picture, landmarker):
    small = F.interpolate(picture("woman_smiling_400"), size=(280, 280), mode="area")
    both = torch.cat([F.pad(small, (0, 0, 60, 60), value=0.5), picture("man")], dim=3)
    statistics = analyze(both, landmarker)
    assert statistics.statistics.faces == 2
    assert statistics.landmarks[1, 0].item() == pytest.approx(man.landmarks[1, 0].item() + 280, abs=2)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (torch.zeros(3, 100, 100), r"shape \[3, 100, 100\]"),
        (torch.zeros(2, 3, 100, 100), "pass a single one"),
        (torch.zeros(1, 4, 100, 100), "RGB"),
        (torch.zeros(1, 3, 20, 100), "100 x 20 pixels"),
        (torch.full((1, 3, 100, 100), math.nan), "NaN"),
        (torch.full((1, 3, 100, 100), 0.5), "no face"),
    ],
)
def test_pictures_that_are_refused(image, message, landmarker):
    with pytest.raises(InputError, match=message) as error:
        analyze(image, landmarker)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_a_face_that_is_too_small_is_refused(picture, landmarker):
    image = F.interpolate(picture("man"), size=(96, 96), mode="area")
    with pytest.raises(InputError, match="too small"):
        analyze(image, landmarker)


def test_a_profile_is_refused(man):
    check_face(man.landmarks, HeadPose(math.radians(-45), 0.0, 0.0))
    with pytest.raises(InputError, match="turned by 60 degrees"):
        check_face(man.landmarks, HeadPose(math.radians(-60), 0.0, 0.0))


@pytest.mark.parametrize(
    "landmarks", [torch.zeros(468, 2), torch.zeros(478, 4), torch.zeros(478), torch.zeros(2, 478, 2)]
)
def test_other_shapes_of_landmarks_are_refused(landmarks, picture, landmarker):
    with pytest.raises(InputError, match="478 points"):
        analyze(picture("man"), landmarker, landmarks=landmarks)


def test_landmarks_that_are_not_finite_are_refused(man, picture, landmarker):
    broken = man.landmarks.clone()
    broken[7, 0] = math.inf
    with pytest.raises(InputError, match="NaN or infinite"):
        analyze(picture("man"), landmarker, landmarks=broken)


def test_the_same_picture_gives_the_same_portrait(man, picture, landmarker):
    again = analyze(picture("man"), landmarker)
    assert torch.equal(again.landmarks, man.landmarks) and again.statistics == man.statistics
