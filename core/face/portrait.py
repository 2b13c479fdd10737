"""A picture -> a Portrait: landmarks, statistics, upright crop and visual tokens.

In: an image [1, 3, H, W] in 0..1, a FaceLandmarker, and the face half's visual encoder: a function of a ``FoundFace``
that returns visual tokens [1, K, 512]. The largest face is used. Landmarks from elsewhere [478, 2 or 3] replace the
detection.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from ..bundles import Portrait, PortraitStatistics
from ..errors import InputError
from . import measurements, topology
from .landmarks.canonical_face import HeadPose
from .landmarks.face_landmarker import FaceLandmarker

MIN_SIDE = 64
MIN_INTER_OCULAR = 24.0
MAX_YAW = math.radians(50)
CROP_BY_FACE_HEIGHT = 1.9  # room for hair above and neck below: about 2.6 face widths
VISUAL_CROP = 64
LANDMARKS = 478


@dataclass(frozen=True)
class FoundFace:
    """A face in a picture; the fields are those of a Portrait."""

    image: Tensor
    landmarks: Tensor
    blendshapes: Tensor
    to_crop: Tensor
    crop_size: int
    statistics: PortraitStatistics

    def visual_inputs(self) -> tuple[Tensor, Tensor, Tensor]:
        """Upright crop [1, 3, 64, 64], canonical landmarks [1, 478, 2] and blendshapes [1, 52]."""
        crop = resample_crop(self.image, self.to_crop, self.crop_size, VISUAL_CROP)
        return crop, measurements.canonical_landmarks(self.landmarks)[None], self.blendshapes[None]


EncodeVisual = Callable[[FoundFace], Tensor]


def analyze_portrait(
    image: Tensor, landmarker: FaceLandmarker, encode_visual: EncodeVisual, landmarks: Tensor | None = None
) -> Portrait:
    """Raises InputError for a picture that cannot be used: see the checks below."""
    found = find_face(image, landmarker, landmarks)
    return Portrait(
        image=found.image,
        landmarks=found.landmarks,
        blendshapes=found.blendshapes,
        to_crop=found.to_crop,
        crop_size=found.crop_size,
        visual_tokens=encode_visual(found),
        statistics=found.statistics,
    )


def find_face(image: Tensor, landmarker: FaceLandmarker, landmarks: Tensor | None = None) -> FoundFace:
    """The largest face of a picture, or the one with the given landmarks. Raises InputError."""
    check_image(image)
    image = image.float()
    if landmarks is None:
        points, blendshapes, faces = _detected_face(image, landmarker)
    else:
        points, blendshapes, faces = _given_face(landmarks, image, landmarker)
    pose = landmarker.canonical.pose(points)
    points, blendshapes = points.to(image), blendshapes.to(image)
    check_face(points, pose)
    return FoundFace(image, points, blendshapes, *upright_crop(points), _statistics(points, blendshapes, pose, faces))


def check_image(image: Tensor) -> None:
    """Raises InputError unless the image is [1, 3, H, W], finite and large enough."""
    if image.ndim != 4 or image.shape[:2] != (1, 3):
        raise InputError(
            f"the portrait has shape {list(image.shape)}: one RGB picture [1, 3, H, W] is needed, so pass a single one."
        )
    if min(image.shape[-2:]) < MIN_SIDE:
        height, width = image.shape[-2:]
        raise InputError(
            f"the portrait is {width} x {height} pixels: "
            f"at least {MIN_SIDE} x {MIN_SIDE} are needed, so use a larger picture."
        )
    if not torch.isfinite(image).all():
        raise InputError("the portrait holds NaN or infinite values: finite colours in 0..1 are needed, so repair it.")


def check_face(points: Tensor, pose: HeadPose) -> None:
    """Raises InputError when the face is too small or the head is turned too far."""
    eyes = measurements.inter_ocular(points).item()
    if eyes < MIN_INTER_OCULAR:
        raise InputError(
            f"the face in the portrait is too small ({eyes:.0f} pixels between the eyes): "
            f"at least {MIN_INTER_OCULAR:.0f} are needed, so crop closer or use a larger picture."
        )
    if abs(pose.yaw) > MAX_YAW:
        raise InputError(
            f"the face in the portrait is turned by {math.degrees(abs(pose.yaw)):.0f} degrees: "
            f"at most {math.degrees(MAX_YAW):.0f} can be animated, so use a picture taken more from the front."
        )


def upright_crop(points: Tensor) -> tuple[Tensor, int]:
    """Affine map [2, 3] from image pixels to an upright square around the head, at the image's scale, and its side."""
    turn = measurements.upright(points) * measurements.inter_ocular(points)
    oval = points[list(topology.FACE_OVAL), :2] @ turn.T
    low, high = oval.amin(dim=0), oval.amax(dim=0)
    side = max(2, round(CROP_BY_FACE_HEIGHT * (high - low)[1].item()))
    shift = side / 2 - (low + high) / 2
    return torch.cat([turn, shift[:, None]], dim=1), side


def resample_crop(image: Tensor, to_crop: Tensor, side: int, size: int) -> Tensor:
    """The upright crop, smoothed and shrunk to [1, 3, size, size]; beyond the image its edge pixels are repeated."""
    factor = max(1, round(side / size))
    steps = (torch.arange(size * factor, device=image.device) + 0.5) * side / (size * factor) - 0.5
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    inverse = torch.linalg.inv(to_crop[:, :2])
    places = (torch.stack([x, y], dim=-1) - to_crop[:, 2]) @ inverse.T
    height, width = image.shape[-2:]
    grid = (2 * places + 1) / places.new_tensor([width, height]) - 1
    fine = F.grid_sample(image, grid[None], padding_mode="border", align_corners=False)
    return F.avg_pool2d(fine, factor)


def _detected_face(image: Tensor, landmarker: FaceLandmarker) -> tuple[Tensor, Tensor, int]:
    """Points [478, 3] and blendshapes [52] of the largest face, and how many faces there are."""
    found = landmarker.detect(image)
    if not found:
        raise InputError(
            "no face was found in the portrait: one that is seen from the front is needed, "
            "so use a picture with a larger or clearer face."
        )
    return found[0].points, found[0].blendshapes, len(found)


def _given_face(landmarks: Tensor, image: Tensor, landmarker: FaceLandmarker) -> tuple[Tensor, Tensor, int]:
    check_landmarks(landmarks, image)
    points = landmarks.to(landmarker.canonical.vertices)
    if points.shape[1] == 2:
        points = landmarker.canonical.with_depth(points)
    return points, landmarker.blendshapes(points), 1


def check_landmarks(landmarks: Tensor, image: Tensor) -> None:
    """Raises InputError unless the landmarks are [478, 2 or 3], finite, and near the picture."""
    if landmarks.ndim != 2 or landmarks.shape[0] != LANDMARKS or landmarks.shape[1] not in (2, 3):
        raise InputError(
            f"the landmarks have shape {list(landmarks.shape)}: {LANDMARKS} points in pixels are needed, "
            "so pass those of one face from a 478-point face mesh."
        )
    if not torch.isfinite(landmarks).all():
        raise InputError("the landmarks hold NaN or infinite values: finite pixels are needed, so detect them again.")
    height, width = image.shape[-2:]
    size = landmarks.new_tensor([width, height])
    if (landmarks[:, :2] < -size).any() or (landmarks[:, :2] > 2 * size).any():
        raise InputError(
            f"the landmarks lie outside the portrait of {width} x {height} pixels: "
            "those of this picture are needed, so detect them in it."
        )


def _statistics(points: Tensor, blendshapes: Tensor, pose: HeadPose, faces: int) -> PortraitStatistics:
    eye_left, eye_right = measurements.eye_openness(points, blendshapes)
    gaze_x, gaze_y = measurements.gaze_direction(blendshapes)
    return PortraitStatistics(
        eye_left=eye_left,
        eye_right=eye_right,
        gaze_x=gaze_x,
        gaze_y=gaze_y,
        yaw=pose.yaw,
        pitch=pose.pitch,
        roll=pose.roll,
        face_size=measurements.inter_ocular(points).item(),
        mouth_gap=measurements.mouth_gap(points),
        faces=faces,
    )
