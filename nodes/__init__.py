"""ComfyUI nodes: a schema and a call into core for each stage. The only package that imports ComfyUI."""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io

from .host.model_folders import register_folders

register_folders()


class NarratingFaceExtension(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        from .attention_maps import AttentionMaps
        from .blocks import ExplicitBlock, NoAttentionBlock, SharedBlock
        from .combine_models import CombineModels
        from .encoders import PortraitEncoder, PromptEncoderNode, VoiceProfileEncoder
        from .guided import PromptGuidedTransformerNode, SpeechGuidedTransformer
        from .hallo_settings import DiffusionSettingsNode
        from .load_hallo import LoadHallo
        from .load_starter import LoadModel
        from .load_xtts import LoadXTTS
        from .narrate import Narrate
        from .profiles import LoadVoiceProfile, SaveVoiceProfile
        from .samples import SampleInputs
        from .speech import HiFiGeneratorNode, SpeechDecoder
        from .speech_sampling import SpeechSamplingNode
        from .video import VideoDecoder
        from .voices import AverageVoiceProfiles, BlendVoiceProfiles

        return [
            LoadModel,
            LoadHallo,
            CombineModels,
            Narrate,
            SampleInputs,
            VoiceProfileEncoder,
            PromptEncoderNode,
            PortraitEncoder,
            SharedBlock,
            ExplicitBlock,
            NoAttentionBlock,
            PromptGuidedTransformerNode,
            SpeechGuidedTransformer,
            AttentionMaps,
            SpeechDecoder,
            HiFiGeneratorNode,
            VideoDecoder,
            DiffusionSettingsNode,
            SaveVoiceProfile,
            LoadVoiceProfile,
            LoadXTTS,
            SpeechSamplingNode,
            AverageVoiceProfiles,
            BlendVoiceProfiles,
        ]
