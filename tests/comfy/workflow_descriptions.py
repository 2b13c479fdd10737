"""The shipped workflows, described: ``build_workflows.py`` writes them.

A node is (type, column, row, inputs); an input is a widget's value or a wire (node number from 1, output slot).
"""

from __future__ import annotations

from workflow_layout import Node, Workflow

TEXT = "Hello! This is my face, and this is my voice. Every word you hear was written, not recorded."
SAMPLES = {"portrait": "woman.png", "voice": "reader.wav"}
STAGE = "NarratingFace_"

SIMPLE: list[Node] = [
    (STAGE + "LoadModel", 0, 0, {"family": "starter"}),
    (STAGE + "SampleInputs", 0, 4, SAMPLES),
    (STAGE + "Narrate", 1, 0, {"model": (1, 0), "image": (2, 0), "voice": (2, 1), "text": TEXT}),
    ("SaveVideo", 2, 0, {"video": (3, 0), "filename_prefix": "narrating_face/simple"}),
]

STAGES: list[Node] = [
    (STAGE + "LoadModel", 0, 0, {"family": "starter"}),
    (STAGE + "SampleInputs", 0, 4, SAMPLES),
    (STAGE + "VoiceProfileEncoder", 1, 0, {"model": (1, 0), "audio": (2, 1)}),
    (STAGE + "PromptEncoder", 1, 4, {"model": (1, 0), "text": TEXT}),
    (STAGE + "PortraitEncoder", 1, 11, {"model": (1, 0), "image": (2, 0)}),
    (STAGE + "ExplicitBlock", 1, 16, {"model": (1, 0)}),
    (STAGE + "SharedBlock", 1, 19, {"model": (1, 0)}),
    (STAGE + "NoAttentionBlock", 1, 22, {"model": (1, 0)}),
    (
        STAGE + "PromptGuidedTransformer",
        2,
        6,
        {
            "model": (1, 0),
            "voice_profile": (3, 0),
            "prompt": (4, 0),
            "portrait": (5, 0),
            "block": (6, 0),
            "keep_attention": True,
        },
    ),
    (STAGE + "SpeechDecoder", 3, 0, {"model": (1, 0), "entangled": (9, 0)}),
    (STAGE + "HiFiGenerator", 4, 0, {"model": (1, 0), "speech_latents": (10, 0)}),
    (STAGE + "VideoDecoder", 5, 4, {"model": (1, 0), "entangled": (9, 0), "portrait": (5, 0), "audio": (11, 0)}),
    ("SaveVideo", 6, 4, {"video": (12, 0), "filename_prefix": "narrating_face/stages"}),
    ("PreviewAudio", 6, 0, {"audio": (11, 0)}),
    (STAGE + "AttentionMaps", 3, 8, {"entangled": (9, 0), "size": 512}),
    ("PreviewImage", 4, 8, {"images": (15, 0)}),
    ("PreviewImage", 4, 16, {"images": (15, 1)}),
    ("PreviewAny", 2, 0, {"source": (3, 1)}),
    ("PreviewAny", 2, 17, {"source": (5, 1)}),
]

ANIMATE: list[Node] = [
    (STAGE + "LoadModel", 0, 0, {"family": "starter"}),
    (STAGE + "SampleInputs", 0, 4, SAMPLES),
    (STAGE + "PortraitEncoder", 1, 0, {"model": (1, 0), "image": (2, 0)}),
    (STAGE + "ExplicitBlock", 1, 5, {"model": (1, 0)}),
    (
        STAGE + "SpeechGuidedTransformer",
        2,
        0,
        {"model": (1, 0), "audio": (2, 1), "portrait": (3, 0), "block": (4, 0)},
    ),
    (STAGE + "VideoDecoder", 3, 0, {"model": (1, 0), "entangled": (5, 0), "portrait": (3, 0), "audio": (2, 1)}),
    ("SaveVideo", 4, 0, {"video": (6, 0), "filename_prefix": "narrating_face/animate"}),
]

FULL_SPEECH: list[Node] = [
    (STAGE + "LoadXTTS", 0, 0, {"checkpoint": "model.pth"}),
    (STAGE + "SampleInputs", 0, 5, SAMPLES),
    (STAGE + "VoiceProfileEncoder", 1, 0, {"model": (1, 0), "audio": (2, 1)}),
    (STAGE + "PromptEncoder", 1, 4, {"model": (1, 0), "text": TEXT}),
    (STAGE + "ExplicitBlock", 1, 12, {"model": (1, 0)}),
    (
        STAGE + "PromptGuidedTransformer",
        2,
        2,
        {"model": (1, 0), "voice_profile": (3, 0), "prompt": (4, 0), "block": (5, 0)},
    ),
    (STAGE + "SpeechSampling", 2, 11, {}),
    (STAGE + "SpeechDecoder", 3, 2, {"model": (1, 0), "entangled": (6, 0), "sampling": (7, 0)}),
    (STAGE + "HiFiGenerator", 4, 2, {"model": (1, 0), "speech_latents": (8, 0)}),
    ("SaveAudio", 5, 2, {"audio": (9, 0), "filename_prefix": "narrating_face/speech"}),
]

FILES = {
    "hallo": "net.pth",
    "vae_file": "vae-ft-mse-840000-ema-pruned.safetensors",
    "wav2vec2": "wav2vec2-base-960h.safetensors",
    "arcface": "none",
    "audio_projection": "none",
}

FULL_ANIMATE: list[Node] = [
    (STAGE + "LoadHallo", 0, 0, FILES),
    (STAGE + "SampleInputs", 0, 6, SAMPLES),
    (STAGE + "PortraitEncoder", 1, 0, {"model": (1, 0), "image": (2, 0)}),
    (STAGE + "ExplicitBlock", 1, 5, {"model": (1, 0)}),
    (STAGE + "DiffusionSettings", 1, 8, {}),
    (
        STAGE + "SpeechGuidedTransformer",
        2,
        0,
        {"model": (1, 0), "audio": (2, 1), "portrait": (3, 0), "block": (4, 0)},
    ),
    (
        STAGE + "VideoDecoder",
        3,
        0,
        {
            "model": (1, 0),
            "entangled": (6, 0),
            "portrait": (3, 0),
            "audio": (2, 1),
            "diffusion_settings": (5, 0),
        },
    ),
    ("SaveVideo", 4, 0, {"video": (7, 0), "filename_prefix": "narrating_face/full_animate"}),
    ("PreviewAny", 0, 18, {"source": (1, 1)}),
]

# The voice half of this graph is LoadXTTS, whose model joins the face in LoadHallo.
FULL_NARRATE: list[Node] = [
    (STAGE + "LoadXTTS", 0, 0, {"checkpoint": "model.pth"}),
    (STAGE + "LoadHallo", 0, 5, FILES | {"model": (1, 0)}),
    (STAGE + "SampleInputs", 0, 11, SAMPLES),
    (STAGE + "VoiceProfileEncoder", 1, 0, {"model": (2, 0), "audio": (3, 1)}),
    (STAGE + "PromptEncoder", 1, 4, {"model": (2, 0), "text": TEXT}),
    (STAGE + "PortraitEncoder", 1, 11, {"model": (2, 0), "image": (3, 0)}),
    (STAGE + "ExplicitBlock", 1, 16, {"model": (2, 0)}),
    (STAGE + "DiffusionSettings", 4, 4, {}),
    (
        STAGE + "PromptGuidedTransformer",
        2,
        4,
        {"model": (2, 0), "voice_profile": (4, 0), "prompt": (5, 0), "portrait": (6, 0), "block": (7, 0)},
    ),
    (STAGE + "SpeechDecoder", 3, 0, {"model": (2, 0), "entangled": (9, 0)}),
    (STAGE + "HiFiGenerator", 4, 0, {"model": (2, 0), "speech_latents": (10, 0)}),
    (
        STAGE + "VideoDecoder",
        5,
        0,
        {
            "model": (2, 0),
            "entangled": (9, 0),
            "portrait": (6, 0),
            "audio": (11, 0),
            "diffusion_settings": (8, 0),
        },
    ),
    ("SaveVideo", 6, 0, {"video": (12, 0), "filename_prefix": "narrating_face/full_narrate"}),
]

# The voice of one family with the face of another; the widgets' defaults are those of XTTS_STARTER_STAGES.
XTTS_STARTER: list[Node] = [
    (STAGE + "LoadXTTS", 0, 0, {"checkpoint": "model.pth"}),
    (STAGE + "LoadModel", 0, 5, {"family": "starter"}),
    (STAGE + "SampleInputs", 0, 9, SAMPLES),
    (STAGE + "CombineModels", 1, 0, {"voice_model": (1, 0), "face_model": (2, 0)}),
    (STAGE + "Narrate", 2, 0, {"model": (4, 0), "image": (3, 0), "voice": (3, 1), "text": TEXT}),
    ("SaveVideo", 3, 0, {"video": (5, 0), "filename_prefix": "narrating_face/xtts_starter"}),
]

# On the left and above the stages of the voice, below on the right those of the face; the finished sound joins them.
XTTS_STARTER_STAGES: list[Node] = [
    (STAGE + "LoadXTTS", 0, 0, {"checkpoint": "model.pth"}),
    (STAGE + "SampleInputs", 0, 5, SAMPLES),
    (STAGE + "LoadModel", 3, 7, {"family": "starter"}),
    (STAGE + "VoiceProfileEncoder", 1, 0, {"model": (1, 0), "audio": (2, 1)}),
    (STAGE + "PromptEncoder", 1, 4, {"model": (1, 0), "text": TEXT}),
    (STAGE + "ExplicitBlock", 1, 11, {"model": (1, 0)}),
    (STAGE + "PortraitEncoder", 4, 7, {"model": (3, 0), "image": (2, 0)}),
    (STAGE + "ExplicitBlock", 4, 12, {"model": (3, 0)}),
    (
        STAGE + "PromptGuidedTransformer",
        2,
        0,
        {"model": (1, 0), "voice_profile": (4, 0), "prompt": (5, 0), "block": (6, 0)},
    ),
    (STAGE + "SpeechDecoder", 3, 0, {"model": (1, 0), "entangled": (9, 0)}),
    (STAGE + "HiFiGenerator", 4, 0, {"model": (1, 0), "speech_latents": (10, 0)}),
    (
        STAGE + "SpeechGuidedTransformer",
        5,
        7,
        {"model": (3, 0), "audio": (11, 0), "portrait": (7, 0), "block": (8, 0)},
    ),
    (STAGE + "VideoDecoder", 6, 0, {"model": (3, 0), "entangled": (12, 0), "portrait": (7, 0), "audio": (11, 0)}),
    ("SaveVideo", 6, 9, {"video": (13, 0), "filename_prefix": "narrating_face/xtts_stages"}),
]

WORKFLOWS = {
    "narrate_simple": Workflow(
        SIMPLE,
        "A portrait, a voice sample and a text become a talking video. "
        "Replace **Sample Portrait, Voice and Text** by Load Image and Load Audio to use your own.",
    ),
    "narrate_stages": Workflow(
        STAGES,
        "Every stage of the pipeline. Drag the wire at **block** from the ETE to the STE or to No "
        "Entanglement to compare them; everything else stays as it is.",
    ),
    "narrate_xtts_starter_face": Workflow(
        XTTS_STARTER,
        "The voice of **XTTS-v2** with the starter's face: 17 languages on a CPU. Put **model.pth** and **vocab.json** "
        "of coqui/XTTS-v2 (Hugging Face, release v2.0.3, non-commercial licence CPML) into "
        "**models/narrating_face/xtts**.",
        (1, 11),
    ),
    "narrate_xtts_starter_face_stages": Workflow(
        XTTS_STARTER_STAGES,
        "Every stage of the voice of **XTTS-v2**, then every stage of the starter's face, which follows the finished "
        "speech. Any voice joins any face in this way.",
        (0, 10),
    ),
    "animate": Workflow(
        ANIMATE,
        "The portrait speaks a recording: no text and no voice profile needed. "
        "The same audio goes to the transformer and to the video decoder.",
    ),
    "full_speech": Workflow(
        FULL_SPEECH,
        "Text becomes speech in a sample's voice with XTTS-v2. Put **model.pth** and **vocab.json** of coqui/XTTS-v2 "
        "(Hugging Face, release v2.0.3, non-commercial licence CPML) into **models/narrating_face/xtts**.",
        (0, 10),
    ),
    "full_animate": Workflow(
        FULL_ANIMATE,
        "The portrait speaks a recording, rendered by **Hallo**: needs a graphics card with about 8 GB. "
        "**Load Hallo** names the files it lacks, where they go and where they come from; its help page has the list.",
        (0, 11),
    ),
    "full_narrate": Workflow(
        FULL_NARRATE,
        "Portrait, voice sample and text become a video by **XTTS-v2** and **Hallo**: needs a graphics "
        "card with about 8 GB. The loaders name the files they lack, where they go and where they come from.",
        (0, 16),
    ),
}
