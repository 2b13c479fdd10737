"""What was measured in a voice sample or a portrait, as lines a person reads."""

from __future__ import annotations

from math import degrees

from ...core.bundles import PortraitStatistics, SampleStatistics

CLOSED_EYE = 0.25
TURNED_HEAD = 25  # degrees


def describe_voice(s: SampleStatistics) -> str:
    pitch = f"{s.median_f0_hz:.0f} Hz median pitch" if s.median_f0_hz else "no voiced sound"
    return (
        f"{s.seconds:.1f} s of speech, {pitch} ({s.f0_spread:.1f} semitones between its quartiles)\n"
        f"{s.loudness_dbfs:.0f} dBFS, {s.snr_db:.0f} dB above the noise, {s.clipped:.2%} clipped"
    )


def describe_portrait(s: PortraitStatistics) -> str:
    lines = [
        f"{s.faces} face{'s: the largest is used' if s.faces > 1 else ''}, {s.face_size:.0f} pixels between the eyes",
        f"eyes open {s.eye_left:.0%} and {s.eye_right:.0%}, mouth gap {s.mouth_gap:.2f}",
        f"yaw {degrees(s.yaw):.0f}°, pitch {degrees(s.pitch):.0f}°, roll {degrees(s.roll):.0f}°",
    ]
    if min(s.eye_left, s.eye_right) < CLOSED_EYE:
        lines.append("An eye is closed: a portrait with open eyes looks better.")
    if abs(degrees(s.yaw)) > TURNED_HEAD:
        lines.append("The head is turned: a portrait from the front looks better.")
    return "\n".join(lines)
