"""Voice profiles on disk: models/narrating_face/voices/<name>.safetensors, and nowhere else."""

from __future__ import annotations

import re
from typing import Any

from comfy_api.latest import io

from ..core.bundles import VoiceProfile
from ..core.voice.profiles import load_profile
from .host import types
from .host.checks import StageNode
from .host.memory import for_output
from .host.model_folders import VOICES

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}")


class SaveVoiceProfile(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_SaveVoiceProfile",
            display_name="Save Voice Profile",
            category=types.ENCODERS,
            description="Keeps a voice in models/narrating_face/voices; a profile of the same name is replaced.",
            inputs=[
                types.VoiceProfile.Input("voice_profile", tooltip="From the Voice-Profile Encoder."),
                io.String.Input(
                    "name",
                    default="my voice",
                    tooltip="Letters, digits, spaces, - and _; at most 64 characters.",
                ),
            ],
            outputs=[],
            is_output_node=True,
        )

    @classmethod
    def validate_inputs(cls, **values: Any) -> bool | str:
        name = values.get("name")
        if name is not None and not SAFE_NAME.fullmatch(name):
            return f"name {name[:70]!r} cannot be a file name: use 1 to 64 letters, digits, spaces, - and _."
        return super().validate_inputs(**values)

    @classmethod
    def execute(cls, voice_profile: VoiceProfile, name: str) -> io.NodeOutput:
        cls.check(name=name)
        voice_profile.save(VOICES.default / f"{name}{VOICES.suffixes[0]}")
        return io.NodeOutput()


class LoadVoiceProfile(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_LoadVoiceProfile",
            display_name="Load Voice Profile",
            category=types.ENCODERS,
            description="Brings back a voice that Save Voice Profile kept.",
            inputs=[
                io.Combo.Input(
                    "profile", options=VOICES.names(), tooltip="A file in models/narrating_face/voices of ComfyUI."
                )
            ],
            outputs=[types.VoiceProfile.Output("voice_profile", display_name="voice_profile", tooltip="Who speaks.")],
        )

    @classmethod
    def fingerprint_inputs(cls, profile: str) -> float:
        return VOICES.modified(profile or "")

    @classmethod
    def execute(cls, profile: str) -> io.NodeOutput:
        cls.check(profile=profile)
        return io.NodeOutput(for_output(load_profile(VOICES.file(profile))))
