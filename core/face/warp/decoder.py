"""The warp decoder: facial-motion latents move the portrait's own pixels.

In: a Portrait and motion values [F, 17]. Out: frames [F, H, W, 3] uint8 at the portrait's resolution (an odd last row
or column is left out). Everything that does not depend on the motion is prepared once; frames are independent of each
other, so chunks of any length give the same frames in constant memory. The layers, from the portrait outwards: lids and
gaze, lips and jaw (split along the line between the lips, with the inside of the mouth in the gap), brows and smile,
head pose.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from ...bundles import FaceMotion, Portrait
from ...motion_channels import ARTICULATION, CHANNEL_INDEX
from ...runtime.thread_pool import ThreadPool
from .. import topology
from .box import Box, box_around
from .expression import FIELDS, ExpressionWarp
from .eyes import Eye
from .head_pose import HeadPoseWarp, HeadRotation
from .lip_warp import LipDeformation, LipWarp, MouthShape
from .mouth import MouthInterior
from .patch import MovedPatch, Patch
from .prepared_portrait import PreparedPortrait

MAX_CHUNK_FRAMES = 16
MAX_CHUNK_BYTES = 3 * 2**23  # the allocator maps larger blocks anew each time


class WarpDecoder:
    """Prepared from one portrait; ``render`` any number of chunks of its motion."""

    def __init__(self, portrait: Portrait) -> None:
        prepared = PreparedPortrait(portrait.image, portrait.landmarks)
        self.prepared = prepared
        self.head_pose = HeadPoseWarp(prepared)
        self.lips = LipWarp(prepared, portrait.blendshapes)
        self.mouth_interior = MouthInterior(prepared, self.lips)
        self.expression = ExpressionWarp(prepared, self.head_pose.frame, self.lips.frame)
        left = (topology.EYE_UPPER_LEFT, topology.EYE_LOWER_LEFT, topology.BROW_LOWER_LEFT, topology.IRIS_LEFT)
        right = (topology.EYE_UPPER_RIGHT, topology.EYE_LOWER_RIGHT, topology.BROW_LOWER_RIGHT, topology.IRIS_RIGHT)
        self.eyes = (Eye(prepared, *left), Eye(prepared, *right))
        mouth = Patch(self._mouth_box(), self.lips.frame.origin)
        self.patches = (*(Patch(eye.box, eye.center) for eye in self.eyes), mouth)
        self.workers = ThreadPool(None if prepared.device.type == "cpu" else 1)

    @property
    def eyes_closed(self) -> tuple[bool, bool]:
        """Whether the portrait's left and right eye (the viewer's) are shut; they then stay shut."""
        return self.eyes[0].closed, self.eyes[1].closed

    @property
    def chunk_frames(self) -> int:
        """How many frames are best rendered together."""
        return max(1, min(MAX_CHUNK_FRAMES, MAX_CHUNK_BYTES // self.prepared.picture.numel()))

    @torch.inference_mode()
    def render(self, motion_values: Tensor) -> Tensor:
        """[F, 17] in the order of ``core.motion_channels.CHANNELS`` -> uint8 [F, H, W, 3]."""
        frames = self.prepared.frames(motion_values.shape[0])
        self.workers.run(self._draw_frame, zip(frames, motion_values.tolist(), strict=True))
        return frames

    @torch.inference_mode()
    def _draw_frame(self, job: tuple[Tensor, list[float]]) -> None:
        """Draw one frame in place: [H, W, 3], still a copy of the portrait, and its 17 motion values."""
        frame, values = job
        channel = {name: values[index] for name, index in CHANNEL_INDEX.items()}
        prepared = self.prepared
        rotation = channel["head_yaw"], channel["head_pitch"], channel["head_roll"]
        shape = MouthShape(*(channel[name] for name in ARTICULATION))
        lips = self.lips.deformation(shape)
        skull = self.head_pose.source_points(rotation)
        channel["lip_width"] -= 0.4 * channel["jaw"]  # a dropping jaw draws the corners in
        weights = torch.tensor([channel[name] for name in FIELDS], device=prepared.device)
        skin = self.expression.source_points(skull, weights)
        shift = self._through_lips(lips, skin) - prepared.grid
        crop = prepared.warp(shift)
        *eyes, mouth = self._moved_patches(rotation)
        for eye, patch, side in zip(self.eyes, eyes, ("left", "right"), strict=True):
            look = channel[f"blink_{side}"], channel["gaze_x"], channel["gaze_y"]
            if not eye.closed and any(look):
                self._draw_eye(crop, eye, patch, shift, look)
        self._draw_mouth(crop, mouth, torch.cat((skull - prepared.grid, skin - prepared.grid)), lips, shape)
        prepared.paste(crop, frame)

    def _moved_patches(self, rotation: HeadRotation) -> Iterator[MovedPatch]:
        """Both eyes and the mouth, moved with the head."""
        shifts = self.head_pose.shifts(torch.stack([patch.center for patch in self.patches], 1), rotation)
        for patch, shift in zip(self.patches, shifts, strict=True):
            yield patch.moved(shift, self.prepared.box.width, self.prepared.box.height)

    def _through_lips(self, lips: LipDeformation, points: Tensor) -> Tensor:
        """Points [2, gh, gw] of the skin -> where they are in the portrait."""
        frame = self.lips.frame
        local = frame.to_local(points)
        return points + frame.vector_to_pixels(lips.either_side(local) - local)

    def _draw_eye(
        self, crop: Tensor, eye: Eye, patch: MovedPatch, shift: Tensor, look: tuple[float, float, float]
    ) -> None:
        points = patch.pixels + self.prepared.sample_coarse(shift, patch.pixels)
        patch.blend(crop, eye.render(points, patch.cut(crop), *look))

    def _mouth_box(self) -> Box:
        half = self.lips.contours.half_width + 0.24
        x = torch.tensor((-half, half, -half, half), device=self.prepared.device)
        y = torch.tensor((-0.34, -0.34, 0.62, 0.62), device=self.prepared.device)
        corners = self.lips.frame.to_pixels(torch.stack((x, y)))
        return box_around(corners, self.prepared.box.width, self.prepared.box.height)

    def _draw_mouth(
        self, crop: Tensor, patch: MovedPatch, shifts: Tensor, lips: LipDeformation, shape: MouthShape
    ) -> None:
        """``shifts`` [4, gh, gw] lead back to the places of skull and skin in the portrait."""
        unit, frame = self.prepared.unit, self.lips.frame
        skull, skin = self.prepared.sample_coarse(shifts, patch.pixels).split(2)
        bone, local = frame.to_local(patch.pixels + skull), frame.to_local(patch.pixels + skin)
        top, bottom = lips.lip_edges(local[0])
        softness = max(1.5, 0.012 * unit)
        upper_cover = ((top - local[1]) * (unit / softness) + 0.5).clamp(0, 1)
        lower_cover = ((local[1] - bottom) * (unit / softness) + 0.5).clamp(0, 1)
        both = torch.cat((lips.upper_side(local), lips.lower_side(local)), 1)  # [2, 2 H, W]
        upper, lower = self.prepared.texture.at(frame.to_pixels(both)).chunk(2, 1)
        covered = upper_cover + lower_cover
        drawn = (upper * upper_cover + lower * lower_cover) / covered.clamp_min(1)
        if self.lips.open:
            drawn = drawn * self.lips.contact_shade(local, top, bottom)
        offset = bone[1] - local[1]
        inner_cover = (1 - covered).clamp_min(0)
        patch.blend(crop, self._fill(drawn, inner_cover, bone, (top + offset, bottom + offset), shape))

    def _fill(
        self, drawn: Tensor, cover: Tensor, bone: Tensor, edges: tuple[Tensor, Tensor], shape: MouthShape
    ) -> Tensor:
        """Add the inside of the mouth where the lips leave ``cover`` [H, W] above 0."""
        open_rows, open_columns = cover.amax(1).nonzero(), cover.amax(0).nonzero()
        if open_rows.numel():
            rows = slice(int(open_rows[0]), int(open_rows[-1]) + 1)
            columns = slice(int(open_columns[0]), int(open_columns[-1]) + 1)
            part = (Ellipsis, rows, columns)
            drawn[part] += cover[part] * self.mouth_interior.paint(bone[part], edges[0][part], edges[1][part], shape)
        return drawn


def render_chunks(portrait: Portrait, motion: FaceMotion, chunk_frames: int | None = None) -> Iterator[Tensor]:
    """Frames of the first (only) batch entry, ``chunk_frames`` at a time: uint8 [<= chunk_frames, H, W, 3]."""
    decoder = WarpDecoder(portrait)
    for values in motion.values[0].split(chunk_frames or decoder.chunk_frames) if motion.frames else ():
        yield decoder.render(values)
