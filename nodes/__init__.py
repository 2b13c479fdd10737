"""ComfyUI nodes: a schema and a call into core for each stage. The only package that imports ComfyUI."""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io

from . import load_xtts, profiles
from .host import model_folders

profiles.register_folder()
load_xtts.register_folder()
model_folders.register_full_folders()


class NarratingFaceExtension(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        from .attention_maps import AttentionMaps
        from .blocks import ExplicitBlock, NoAttentionBlock, SharedBlock
        from .encoders import PortraitEncoder, PromptEncoder, VoiceProfileEncoder
        from .guided import PromptGuidedTransformer, SpeechGuidedTransformer
        from .hallo_settings import DiffusionSettingsNode
        from .load_hallo import LoadHallo
        from .load_starter import LoadModel
        from .load_xtts import LoadXTTS
        from .narrate import Narrate
        from .profiles import LoadVoiceProfile, SaveVoiceProfile
        from .samples import SampleInputs
        from .speech import HiFiGenerator, SpeechDecoder
        from .speech_sampling import SpeechSampling
        from .video import VideoDecoder
        from .voices import AverageVoiceProfiles, BlendVoiceProfiles

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
