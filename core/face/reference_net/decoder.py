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
from .. import topology
from ..motion import ARTICULATION, CHANNEL_INDEX
from .canvas import Box, Canvas, box_around
from .expression import FIELDS, Expression
from .eyes import Eye
from .geometry import smoothstep
from .head_pose import HeadPose
from .lips import Columns, LipWarp, MouthShape
from .mouth import MouthInterior

WINDOW = 16


class ReferenceNetDecoder:
    """Prepared from one portrait; ``render`` any number of windows of its motion."""

    def __init__(self, portrait: Portrait) -> None:
        canvas = Canvas(portrait.image, portrait.landmarks)
        self.canvas = canvas
        self.pose = HeadPose(canvas)
        self.lips = LipWarp(canvas, portrait.blendshapes)
        self.interior = MouthInterior(canvas, self.lips)
        self.expression = Expression(canvas, self.pose.frame, self.lips.frame)
        left = (topology.EYE_UPPER_LEFT, topology.EYE_LOWER_LEFT, topology.BROW_LOWER_LEFT, topology.IRIS_LEFT)
        right = (topology.EYE_UPPER_RIGHT, topology.EYE_LOWER_RIGHT, topology.BROW_LOWER_RIGHT, topology.IRIS_RIGHT)
        self.eyes = (Eye(canvas, *left), Eye(canvas, *right))
        self.mouth_box = self._mouth_box()

    @property
    def eyes_closed(self) -> tuple[bool, bool]:
        """Whether the portrait's left and right eye (the viewer's) are shut; such eyes stay shut."""
        return self.eyes[0].closed, self.eyes[1].closed

    @torch.inference_mode()
    def render(self, motion_values: Tensor) -> Tensor:
        """[F, 17] in the order of ``core.face.motion.CHANNELS`` -> uint8 [F, H, W, 3]."""
        frames = self.canvas.frames(motion_values.shape[0])
        for frame, values in zip(frames, motion_values.tolist(), strict=True):
            self._draw(frame, values)
        return frames

    def _draw(self, frame: Tensor, values: list[float]) -> None:
        channel = {name: values[index] for name, index in CHANNEL_INDEX.items()}
        canvas = self.canvas
        turn = channel["head_yaw"], channel["head_pitch"], channel["head_roll"]
        shape = MouthShape(*(channel[name] for name in ARTICULATION))
        columns = self.lips.columns(shape)
        skull = self.pose.before(*turn)
        channel["lip_width"] -= 0.4 * channel["jaw"]  # a dropping jaw draws the corners in
        weights = torch.tensor([channel[name] for name in FIELDS], device=canvas.device)
        skin = self.expression.before(skull, weights)
        source = self._through_lips(columns, skin)
        crop = canvas.warp(source - canvas.grid)
        for eye, blink in zip(self.eyes, (channel["blink_left"], channel["blink_right"]), strict=True):
            self._draw_eye(crop, eye, source, turn, (blink, channel["gaze_x"], channel["gaze_y"]))
        self._draw_mouth(crop, skull, skin, columns, shape, turn)
        canvas.paste(crop, frame)

    def _through_lips(self, columns: Columns, points: Tensor) -> Tensor:
        frame = self.lips.frame
        local = frame.to_local(points)
        return points + frame.vector_to_pixels(columns.single_side(local) - local)

    def _follow(self, box: Box, centre: Tensor, turn: tuple[float, float, float]) -> Box:
        """The box where the head's turn has carried it."""
        x, y = (self.pose.after(centre, *turn) - centre).round().int().tolist()
        return box.moved(x, y, self.canvas.box.width, self.canvas.box.height)

    def _draw_eye(
        self, crop: Tensor, eye: Eye, source: Tensor, turn: tuple[float, float, float], look: tuple[float, float, float]
    ) -> None:
        if eye.closed or not any(look):
            return
        box = self._follow(eye.box, eye.centre, turn)
        pixels = box.pixels(self.canvas.device)
        points = pixels + self.canvas.look_up(source - self.canvas.grid, pixels)
        rows, columns = box.slices
        under = crop[:, rows, columns]
        drawn = eye.render(points, under, *look)
        crop[:, rows, columns] = under + _feather(box, self.canvas.device) * (drawn - under)

    def _mouth_box(self) -> Box:
        half = self.lips.lips.half_width + 0.24
        x = torch.tensor((-half, half, -half, half), device=self.canvas.device)
        y = torch.tensor((-0.34, -0.34, 0.62, 0.62), device=self.canvas.device)
        corners = self.lips.frame.to_pixels(torch.stack((x, y)))
        return box_around(corners, self.canvas.box.width, self.canvas.box.height)

    def _draw_mouth(
        self,
        crop: Tensor,
        skull: Tensor,
        skin: Tensor,
        columns: Columns,
        shape: MouthShape,
        turn: tuple[float, float, float],
    ) -> None:
        canvas, frame = self.canvas, self.lips.frame
        box = self._follow(self.mouth_box, frame.origin, turn)
        pixels = box.pixels(canvas.device)
        shifts = canvas.look_up(torch.cat((skull - canvas.grid, skin - canvas.grid)), pixels)
        bone, local = frame.to_local(pixels + shifts[:2]), frame.to_local(pixels + shifts[2:])
        top, bottom = columns.lip_edges(local[0])
        softness = max(1.5, 0.012 * canvas.unit)
        upper_cover = ((top - local[1]) * canvas.unit / softness + 0.5).clamp(0, 1)
        lower_cover = ((local[1] - bottom) * canvas.unit / softness + 0.5).clamp(0, 1)
        upper = canvas.picture_at(frame.to_pixels(columns.upper_side(local)))
        lower = canvas.picture_at(frame.to_pixels(columns.lower_side(local)))
        offset = bone[1] - local[1]
        inner_cover = (1 - upper_cover - lower_cover).clamp_min(0)
        drawn = (upper * upper_cover + lower * lower_cover) / (upper_cover + lower_cover).clamp_min(1)
        drawn = drawn * self.lips.contact_shade(local, top, bottom)
        drawn = self._fill(drawn, inner_cover, bone, (top + offset, bottom + offset), shape)
        rows, cols = box.slices
        under = crop[:, rows, cols]
        crop[:, rows, cols] = under + _feather(box, canvas.device) * (drawn - under)

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


def _feather(box: Box, device: torch.device) -> Tensor:
    """1 inside, 0 on the box's border: [height, width]."""
    x = torch.arange(box.width, device=device)
    y = torch.arange(box.height, device=device)
    across = torch.minimum(x, box.width - 1 - x) / (0.08 * box.width)
    down = torch.minimum(y, box.height - 1 - y) / (0.08 * box.height)
    return smoothstep(torch.minimum(across[None], down[:, None]))


def render_windows(portrait: Portrait, motion: FaceMotion, window: int = WINDOW) -> Iterator[Tensor]:
    """Frames of the first (only) batch entry, ``window`` at a time: uint8 [<= window, H, W, 3]."""
    decoder = ReferenceNetDecoder(portrait)
    for start in range(0, motion.frames, window):
        yield decoder.render(motion.values[0, start : start + window])
