"""What was measured in a voice sample or a portrait, as lines a person reads."""

from __future__ import annotations

from math import degrees

from ...core.bundles import PortraitFacts, SampleFacts

CLOSED_EYE = 0.25
TURNED_HEAD = 25  # degrees


def about_voice(facts: SampleFacts) -> str:
    pitch = f"{facts.median_f0_hz:.0f} Hz median pitch" if facts.median_f0_hz else "no voiced sound"
    return (
        f"{facts.seconds:.1f} s of speech, {pitch} ({facts.f0_spread:.1f} semitones between its quartiles)\n"
        f"{facts.loudness_dbfs:.0f} dBFS, {facts.snr_db:.0f} dB above the noise, {facts.clipped:.2%} clipped"
    )


def about_portrait(facts: PortraitFacts) -> str:
    lines = [
        f"{facts.faces} face{'s: the largest is used' if facts.faces > 1 else ''}, "
        f"{facts.face_size:.0f} pixels between the eyes",
        f"eyes open {facts.eye_left:.0%} and {facts.eye_right:.0%}, mouth gap {facts.mouth_gap:.2f}",
        f"yaw {degrees(facts.yaw):.0f}°, pitch {degrees(facts.pitch):.0f}°, roll {degrees(facts.roll):.0f}°",
    ]
    if min(facts.eye_left, facts.eye_right) < CLOSED_EYE:
        lines.append("An eye is closed: a portrait with open eyes looks better.")
    if abs(degrees(facts.yaw)) > TURNED_HEAD:
        lines.append("The head is turned: a portrait from the front looks better.")
    return "\n".join(lines)
