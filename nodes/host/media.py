"""ComfyUI's IMAGE, AUDIO and VIDEO <-> core's tensors.

IMAGE [B, H, W, C] 0..1 (C 1, 3 or 4) -> [1, 3, H, W]; AUDIO {"waveform": [B, C, S], "sample_rate"} -> [1, C, S];
Narration -> a VIDEO that lives in a file, so that memory does not grow with its length.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import folder_paths
import torch
from comfy_api.latest import InputImpl
from torch import Tensor

from ...core.bundles import Narration, Speech
from ...core.errors import InputError
from ...core.media import write_video
from ...core.progress import ProgressCallback

BACKGROUND = 0.5  # grey behind transparent pixels


def picture(image: Tensor | None) -> Tensor:
    """The first image of a batch as [1, 3, H, W]; transparency lies over grey."""
    if image is None or image.ndim != 4 or 0 in image.shape:
        raise InputError("image holds no picture: connect an IMAGE with at least one picture.")
    pixels = image[:1].float()  # [1, H, W, C]
    if not torch.isfinite(pixels).all():
        raise InputError("image holds pixels that are not numbers (NaN or infinite): check the node that made it.")
    if pixels.shape[-1] == 4:
        alpha = pixels[..., 3:]
        pixels = pixels[..., :3] * alpha + BACKGROUND * (1 - alpha)
    colors = pixels[..., :3].expand(-1, -1, -1, 3)
    return colors.clamp(0, 1).permute(0, 3, 1, 2).contiguous()  # [1, 3, H, W]


def sound(audio: dict[str, Any] | None, name: str = "audio") -> tuple[Tensor, int]:
    """The first clip of a batch: waveform [1, C, S] and its sample rate."""
    if audio is None or audio["waveform"].numel() == 0:
        raise InputError(f"{name} holds no sound: connect an AUDIO with some speech in it.")
    waveform, rate = audio["waveform"][:1].float(), int(audio["sample_rate"])
    if rate <= 0:
        raise InputError(f"{name} has a sample rate of {rate}: it must be positive, such as 24000 or 48000.")
    if not torch.isfinite(waveform).all():
        raise InputError(f"{name} holds samples that are not numbers (NaN or infinite): check the node that made it.")
    return waveform, rate


def mono(audio: dict[str, Any] | None) -> Speech:
    """AUDIO as speech with one channel."""
    waveform, rate = sound(audio)
    return Speech(waveform.mean(1, keepdim=True), rate)


def audio_of(speech: Speech) -> dict[str, Any]:
    """Speech as ComfyUI's AUDIO."""
    return {"waveform": speech.waveform, "sample_rate": speech.sample_rate}


def video_of(narration: Narration, progress: ProgressCallback) -> Any:
    """ComfyUI's VIDEO of an MP4 in its temp folder, rendered now."""
    path = Path(folder_paths.get_temp_directory()) / f"narrating_face_{uuid.uuid4().hex}.mp4"
    write_video(path, narration, progress)
    return InputImpl.VideoFromFile(str(path))
