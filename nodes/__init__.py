"""ComfyUI nodes: a schema and a call into core for each stage. The only package that imports ComfyUI."""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io

from . import full_files, profiles, xtts

profiles.register_folder()
xtts.register_folder()
full_files.register_full_folders()


class NarratingFaceExtension(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        from .attention_maps import AttentionMaps
        from .blocks import ExplicitBlock, NoAttentionBlock, SharedBlock
        from .diffusion import DiffusionSettingsNode
        from .encoders import PortraitEncoder, PromptEncoder, VoiceProfileEncoder
        from .guided import PromptGuidedTransformer, SpeechGuidedTransformer
        from .hallo import LoadHallo
        from .loader import LoadModel
        from .narrate import Narrate
        from .profiles import LoadVoiceProfile, SaveVoiceProfile
        from .samples import SampleInputs
        from .sampling import SpeechSampling
        from .speech import HiFiGenerator, SpeechDecoder
        from .video import VideoDecoder
        from .voices import AverageVoiceProfiles, BlendVoiceProfiles
        from .xtts import LoadXTTS

        return [
            LoadModel,
            LoadHallo,
            Narrate,
            SampleInputs,
            VoiceProfileEncoder,
            PromptEncoder,
            PortraitEncoder,
            SharedBlock,
            ExplicitBlock,
            NoAttentionBlock,
            PromptGuidedTransformer,
            SpeechGuidedTransformer,
            AttentionMaps,
            SpeechDecoder,
            HiFiGenerator,
            VideoDecoder,
            DiffusionSettingsNode,
            SaveVoiceProfile,
            LoadVoiceProfile,
            LoadXTTS,
            SpeechSampling,
            AverageVoiceProfiles,
            BlendVoiceProfiles,
        ]
