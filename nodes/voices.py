"""Voice profiles combined: samples of one voice averaged, two voices blended."""

from __future__ import annotations

from comfy_api.latest import io

from ..core.bundles import VoiceProfile
from ..core.settings.limits import BLEND_WEIGHT
from ..core.voice.profiles import average_profiles, blend_profiles
from .host import types
from .host.checks import StageNode
from .host.schema import number_widget


def profile_output() -> io.Output:
    return types.VoiceProfile.Output("voice_profile", display_name="voice_profile", tooltip="Who speaks.")


class AverageVoiceProfiles(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_AverageVoiceProfiles",
            display_name="Average Voice Profiles",
            category=types.ENCODERS,
            description="One steadier profile of several samples of the same voice.",
            inputs=[
                types.VoiceProfile.Input("first", tooltip="A profile of the voice."),
                types.VoiceProfile.Input("second", tooltip="A profile of the same voice from another sample."),
                types.VoiceProfile.Input("third", optional=True, tooltip="One more, if there is one."),
                types.VoiceProfile.Input("fourth", optional=True, tooltip="One more, if there is one."),
            ],
            outputs=[profile_output()],
        )

    @classmethod
    def execute(cls, first: VoiceProfile, second: VoiceProfile, **more: VoiceProfile | None) -> io.NodeOutput:
        return io.NodeOutput(
            average_profiles([first, second, *(profile for profile in more.values() if profile is not None)])
        )


class BlendVoiceProfiles(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="NarratingFace_BlendVoiceProfiles",
            display_name="Blend Voice Profiles",
            category=types.ENCODERS,
            description="A voice between two voices.",
            inputs=[
                types.VoiceProfile.Input("first", tooltip="The voice at weight 0."),
                types.VoiceProfile.Input("second", tooltip="The voice at weight 1."),
                number_widget(BLEND_WEIGHT, "0 is the first voice, 1 the second."),
            ],
            outputs=[profile_output()],
        )

    @classmethod
    def execute(cls, first: VoiceProfile, second: VoiceProfile, weight: float) -> io.NodeOutput:
        cls.check(weight=weight)
        return io.NodeOutput(blend_profiles(first, second, weight))
