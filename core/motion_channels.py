"""Facial-motion latents: the names, units and rest values of the M channels of ``FaceMotion``.

ARTICULATION is predicted by the entangled video path; EXPRESSION is generated, seeded and controllable.
Lengths are fractions of the portrait's inter-ocular distance (outer eye corners are not used: it is the
distance between the iris centres). Angles are radians. Directions are the viewer's: x right, y down.

| channel      | rest | range    | meaning |
|--------------|------|----------|---------|
| jaw          | 0    | 0..1     | jaw drop; 1 is a wide open vowel, chin lowered by about 0.22 |
| lip_gap      | 0    | 0..0.40  | distance between the inner lips at the middle of the mouth |
| lip_width    | 0    | -1..1    | mouth corners: -1 drawn in (oo), 1 spread (ee) |
| lip_round    | 0    | 0..1     | lips pushed forward (w, oo, sh) |
| lip_teeth    | 0    | 0..1     | lower lip tucked against the upper teeth (f, v) |
| lip_press    | 0    | 0..1     | lips pressed together (p, b, m) |
| tongue       | 0    | 0..1     | tongue tip raised towards the upper teeth (th, l, n, d, t) |
| upper_lip    | 0    | 0..1     | upper lip raised, showing teeth (s, sh, ch) |
| blink_left   | 0    | 0..1     | the viewer's left eye: 0 as in the portrait, 1 shut |
| blink_right  | 0    | 0..1     | the viewer's right eye |
| gaze_x       | 0    | -1..1    | iris shift relative to the portrait; 1 is the corner of the eye |
| gaze_y       | 0    | -1..1    | the same, downwards |
| brow_raise   | 0    | -1..1    | both brows; 1 raised, -1 lowered |
| smile        | 0    | -1..1    | mouth corners up |
| head_yaw     | 0    | +-0.35   | nose towards the viewer's right |
| head_pitch   | 0    | +-0.35   | nose down (a nod) |
| head_roll    | 0    | +-0.35   | clockwise on screen |
"""

from __future__ import annotations

ARTICULATION: tuple[str, ...] = (
    "jaw",
    "lip_gap",
    "lip_width",
    "lip_round",
    "lip_teeth",
    "lip_press",
    "tongue",
    "upper_lip",
)
EXPRESSION: tuple[str, ...] = (
    "blink_left",
    "blink_right",
    "gaze_x",
    "gaze_y",
    "brow_raise",
    "smile",
    "head_yaw",
    "head_pitch",
    "head_roll",
)
CHANNELS: tuple[str, ...] = ARTICULATION + EXPRESSION
CHANNEL_INDEX: dict[str, int] = {name: index for index, name in enumerate(CHANNELS)}
MAX_LIP_GAP = 0.40
