"""Reading what users bring: any sound or image file becomes a float tensor.

``read_audio``: a sound or video file -> waveform [1, C, S] float32, sample rate in Hz.
``read_image``: an image file -> [1, 3, H, W] float32 0..1, upright, transparency over neutral grey.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import torch
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from PIL import Image, ImageOps
from torch import Tensor

from ..errors import InputError

NEUTRAL_GRAY = 0.5  # grey behind transparent pixels
LOCAL_ONLY = {"protocol_whitelist": "data"}  # a playlist cannot make FFmpeg open other files or addresses
SIXTEEN_BIT = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def read_audio(path: str | Path) -> tuple[Tensor, int]:
    """Return (waveform [1, C, S], sample rate). Raises InputError when no sound can be decoded."""
    try:
        with open(path, "rb") as file, av.open(file, "r", options=LOCAL_ONLY) as container:
            chunks, rate = _decode_audio(container)
    except (FFmpegError, OSError, ValueError) as error:
        raise InputError(
            f"sound file {str(path)!r} could not be read ({_reason(error)}): "
            "pass a WAV, FLAC, MP3, OGG, M4A or video file."
        ) from error
    if not chunks:
        raise InputError(f"sound file {str(path)!r} holds no sound: pass a recording with at least one audio track.")
    waveform = torch.from_numpy(np.concatenate(chunks, axis=-1))  # [C, S]
    if not torch.isfinite(waveform).all():
        raise InputError(
            f"sound file {str(path)!r} holds samples that are not numbers: export it again as 16-bit WAV or FLAC."
        )
    return waveform[None], rate


def _decode_audio(container: InputContainer) -> tuple[list[np.ndarray], int]:
    """Every decodable chunk [C, s] of the first audio stream, and its rate (0 when there is no such stream)."""
    if not container.streams.audio:
        return [], 0
    stream = container.streams.audio[0]
    rate = stream.codec_context.sample_rate
    resampler = av.AudioResampler(format="fltp", rate=rate)
    chunks = []
    for packet in container.demux(stream):
        for frame in _decode_packet(packet):
            chunks += [part.to_ndarray() for part in resampler.resample(frame)]
    return chunks, rate


def _decode_packet(packet: av.Packet) -> Iterator[av.AudioFrame]:
    """Frames of one packet; damaged packets (tags, cut ends) are passed over as players do."""
    try:
        yield from packet.decode()
    except InvalidDataError:
        return


def read_image(path: str | Path) -> Tensor:
    """Return [1, 3, H, W] 0..1. Raises InputError when the file is not a readable image."""
    try:
        with Image.open(path) as image:
            pixels = _pixels(ImageOps.exif_transpose(image))  # [H, W, 3]
    except Exception as error:  # Pillow's decoders raise many kinds on damaged files
        raise InputError(
            f"image file {str(path)!r} could not be read ({_reason(error)}): pass a PNG, JPEG or WebP picture."
        ) from error
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()  # [1, 3, H, W]


def _pixels(image: Image.Image) -> np.ndarray:
    """[H, W, 3] float32 0..1 of any Pillow mode."""
    if image.mode in SIXTEEN_BIT:
        gray = np.asarray(image, dtype=np.float32) / 65535
        return np.repeat(gray[..., None].clip(0, 1), 3, axis=-1)
    rgba = np.asarray(image.convert("RGBA"), dtype=np.float32) / 255
    alpha = rgba[..., 3:]
    return rgba[..., :3] * alpha + NEUTRAL_GRAY * (1 - alpha)


def _reason(error: Exception) -> str:
    """An error's text without the path, which the message already names."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.splitlines()[0].split(" '")[0].rstrip(":")
