"""The starter reference-net video decoder: facial-motion latents move the portrait's own pixels.

In: a Portrait and motion values [F, 17]. Out: frames [F, H, W, 3] uint8 at the portrait's resolution (an odd last row
or column is left out). Everything that does not depend on the motion is prepared once; frames are independent of each
other, so windows of any length give the same frames in constant memory. The layers, from the portrait outwards:
lids and gaze, lips and jaw (torn along the lip line, the mouth's inside between), brows and smile, head pose.
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
from .expression import FIELDS, Expression
from .eyes import Eye
from .head_pose import HeadPoseWarp, Turn
from .lips import Columns, LipWarp, MouthShape
from .mouth import MouthInterior
from .patch import MovedPatch, Patch
from .prepared_portrait import PreparedPortrait

WINDOW, WINDOW_BYTES = 16, 3 * 2**23  # most frames and memory of a window; larger blocks are mapped anew each time


class WarpDecoder:
    """Prepared from one portrait; ``render`` any number of windows of its motion."""

    def __init__(self, portrait: Portrait) -> None:
        prepared = PreparedPortrait(portrait.image, portrait.landmarks)
        self.prepared = prepared
        self.pose = HeadPoseWarp(prepared)
        self.lips = LipWarp(prepared, portrait.blendshapes)
        self.interior = MouthInterior(prepared, self.lips)
        self.expression = Expression(prepared, self.pose.frame, self.lips.frame)
        left = (topology.EYE_UPPER_LEFT, topology.EYE_LOWER_LEFT, topology.BROW_LOWER_LEFT, topology.IRIS_LEFT)
        right = (topology.EYE_UPPER_RIGHT, topology.EYE_LOWER_RIGHT, topology.BROW_LOWER_RIGHT, topology.IRIS_RIGHT)
        self.eyes = (Eye(prepared, *left), Eye(prepared, *right))
        mouth = Patch(self._mouth_box(), self.lips.frame.origin)
        self.patches = (*(Patch(eye.box, eye.center) for eye in self.eyes), mouth)
        self.workers = ThreadPool(None if prepared.device.type == "cpu" else 1)

    @property
    def eyes_closed(self) -> tuple[bool, bool]:
        """Whether the portrait's left and right eye (the viewer's) are shut; such eyes stay shut."""
        return self.eyes[0].closed, self.eyes[1].closed

    @property
    def window(self) -> int:
        """How many frames are best drawn together."""
        return max(1, min(WINDOW, WINDOW_BYTES // self.prepared.picture.numel()))

    @torch.inference_mode()
    def render(self, motion_values: Tensor) -> Tensor:
        """[F, 17] in the order of ``core.motion_channels.CHANNELS`` -> uint8 [F, H, W, 3]."""
        frames = self.prepared.frames(motion_values.shape[0])
        self.workers.run(self._draw, zip(frames, motion_values.tolist(), strict=True))
        return frames

    @torch.inference_mode()
    def _draw(self, piece: tuple[Tensor, list[float]]) -> None:
        """Draw one frame [H, W, 3], which still is the portrait, with its 17 values of motion."""
        frame, values = piece
        channel = {name: values[index] for name, index in CHANNEL_INDEX.items()}
        prepared = self.prepared
        turn = channel["head_yaw"], channel["head_pitch"], channel["head_roll"]
        shape = MouthShape(*(channel[name] for name in ARTICULATION))
        columns = self.lips.columns(shape)
        skull = self.pose.before(turn)
        channel["lip_width"] -= 0.4 * channel["jaw"]  # a dropping jaw draws the corners in
        weights = torch.tensor([channel[name] for name in FIELDS], device=prepared.device)
        skin = self.expression.before(skull, weights)
        shift = self._through_lips(columns, skin) - prepared.grid
        crop = prepared.warp(shift)
        *eyes, mouth = self._moved_patches(turn)
        for eye, place, side in zip(self.eyes, eyes, ("left", "right"), strict=True):
            look = channel[f"blink_{side}"], channel["gaze_x"], channel["gaze_y"]
            if not eye.closed and any(look):
                self._draw_eye(crop, eye, place, shift, look)
        self._draw_mouth(crop, mouth, torch.cat((skull - prepared.grid, skin - prepared.grid)), columns, shape)
        prepared.paste(crop, frame)

    def _moved_patches(self, turn: Turn) -> Iterator[MovedPatch]:
        """Both eyes and the mouth where the head's turn has carried them."""
        shifts = self.pose.shifts(torch.stack([patch.center for patch in self.patches], 1), turn)
        for patch, shift in zip(self.patches, shifts, strict=True):
            yield patch.moved(shift, self.prepared.box.width, self.prepared.box.height)

    def _through_lips(self, columns: Columns, points: Tensor) -> Tensor:
        frame = self.lips.frame
        local = frame.to_local(points)
        return points + frame.vector_to_pixels(columns.single_side(local) - local)

    def _draw_eye(
        self, crop: Tensor, eye: Eye, place: MovedPatch, shift: Tensor, look: tuple[float, float, float]
    ) -> None:
        points = place.pixels + self.prepared.look_up(shift, place.pixels)
        place.blend(crop, eye.render(points, place.cut(crop), *look))

    def _mouth_box(self) -> Box:
        half = self.lips.lips.half_width + 0.24
        x = torch.tensor((-half, half, -half, half), device=self.prepared.device)
        y = torch.tensor((-0.34, -0.34, 0.62, 0.62), device=self.prepared.device)
        corners = self.lips.frame.to_pixels(torch.stack((x, y)))
        return box_around(corners, self.prepared.box.width, self.prepared.box.height)

    def _draw_mouth(self, crop: Tensor, place: MovedPatch, shifts: Tensor, columns: Columns, shape: MouthShape) -> None:
        """``shifts`` [4, gh, gw] tell where skull and skin were."""
        unit, frame = self.prepared.unit, self.lips.frame
        skull, skin = self.prepared.look_up(shifts, place.pixels).split(2)
        bone, local = frame.to_local(place.pixels + skull), frame.to_local(place.pixels + skin)
        top, bottom = columns.lip_edges(local[0])
        softness = max(1.5, 0.012 * unit)
        upper_cover = ((top - local[1]) * (unit / softness) + 0.5).clamp(0, 1)
        lower_cover = ((local[1] - bottom) * (unit / softness) + 0.5).clamp(0, 1)
        both = torch.cat((columns.upper_side(local), columns.lower_side(local)), 1)  # [2, 2 H, W]
        upper, lower = self.prepared.texture.at(frame.to_pixels(both)).chunk(2, 1)
        covered = upper_cover + lower_cover
        drawn = (upper * upper_cover + lower * lower_cover) / covered.clamp_min(1)
        if self.lips.open:
            drawn = drawn * self.lips.contact_shade(local, top, bottom)
        offset = bone[1] - local[1]
        inner_cover = (1 - covered).clamp_min(0)
        place.blend(crop, self._fill(drawn, inner_cover, bone, (top + offset, bottom + offset), shape))

    def _fill(
        self, drawn: Tensor, cover: Tensor, bone: Tensor, edges: tuple[Tensor, Tensor], shape: MouthShape
    ) -> Tensor:
        """Add the mouth's inside where the lips leave ``cover`` [H, W] above 0."""
        open_rows, open_columns = cover.amax(1).nonzero(), cover.amax(0).nonzero()
        if open_rows.numel():
            rows = slice(int(open_rows[0]), int(open_rows[-1]) + 1)
            columns = slice(int(open_columns[0]), int(open_columns[-1]) + 1)
            part = (Ellipsis, rows, columns)
            drawn[part] += cover[part] * self.interior.paint(bone[part], edges[0][part], edges[1][part], shape)
        return drawn


def render_windows(portrait: Portrait, motion: FaceMotion, window: int | None = None) -> Iterator[Tensor]:
    """Frames of the first (only) batch entry, a ``window`` at a time: uint8 [<= window, H, W, 3]."""
    decoder = WarpDecoder(portrait)
    for values in motion.values[0].split(window or decoder.window) if motion.frames else ():
        yield decoder.render(values)
