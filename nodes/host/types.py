"""The pack's own socket types: a wrong wire cannot be drawn."""

from __future__ import annotations

from comfy_api.latest import io

Model = io.Custom("NARRATING_FACE_MODEL")  # memory.LoadedModel
Block = io.Custom("NARRATING_FACE_BLOCK")  # memory.LoadedBlock
VoiceProfile = io.Custom("NARRATING_FACE_VOICE_PROFILE")  # core.bundles.VoiceProfile
Prompt = io.Custom("NARRATING_FACE_PROMPT")  # core.bundles.Prompt
Portrait = io.Custom("NARRATING_FACE_PORTRAIT")  # core.bundles.Portrait
Entangled = io.Custom("NARRATING_FACE_ENTANGLED")  # tuple of core.bundles.Entangled, one for each segment
SpeechLatents = io.Custom("NARRATING_FACE_SPEECH_LATENTS")  # core.bundles.SpeechLatents
SpeechSampling = io.Custom("NARRATING_FACE_SPEECH_SAMPLING")  # core.settings.SpeechSampling
HalloSettings = io.Custom("NARRATING_FACE_DIFFUSION_SETTINGS")  # core.settings.HalloSettings
FaceLandmarks = io.Custom("FACE_LANDMARKS")  # ComfyUI's own face-landmark node, about 0.33 and later

MODELS = "Narrating Face/models"
ENCODERS = "Narrating Face/encoders"
ENTANGLEMENT = "Narrating Face/entanglement"
DECODERS = "Narrating Face/decoders"
WHOLE = "Narrating Face"
