"""Every kind of sound and image file becomes the tensor it should, and a bad one becomes one sentence."""

from __future__ import annotations

import math
import struct
from typing import Any

import av
import numpy as np
import pytest
import torch
from narrating_face.core.bundles import Speech
from narrating_face.core.errors import InputError
from narrating_face.core.media import read_audio, read_image, write_wav
from PIL import Image


def tone(seconds: float, rate: int, channels: int = 1) -> torch.Tensor:
    time = torch.arange(round(seconds * rate)) / rate
    return torch.stack([0.5 * torch.sin(2 * math.pi * 220 * (1 + c) * time) for c in range(channels)])  # [C, S]


def encode(path, codec: str, waveform: torch.Tensor, rate: int, **options) -> None:
    with av.open(str(path), "w", **options) as container:
        layout = {1: "mono", 2: "stereo"}[waveform.shape[0]]
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(waveform.numpy(), format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        container.mux([*stream.encode(frame), *stream.encode(None)])


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels"),
    [
        ("a.wav", "pcm_s16le", 16_000, 1),
        ("a.wav", "pcm_f32le", 44_100, 2),
        ("a.wav", "pcm_s24le", 8_000, 2),
        ("a.wav", "pcm_u8", 11_025, 1),
        ("a.flac", "flac", 48_000, 2),
        ("a.mp3", "libmp3lame", 44_100, 1),
        ("a.m4a", "aac", 48_000, 2),
        ("a.ogg", "libopus", 48_000, 1),
        ("a.mkv", "pcm_s16le", 24_000, 1),
    ],
)
def test_sound_formats(tmp_path, name, codec, rate, channels):
    original = tone(0.7, rate, channels)
    encode(tmp_path / name, codec, original, rate)
    waveform, got = read_audio(tmp_path / name)
    assert got == rate and waveform.dtype == torch.float32
    assert waveform.shape[:2] == (1, channels)
    assert abs(waveform.shape[-1] - original.shape[-1]) < 0.1 * rate  # lossy codecs pad
    length = min(waveform.shape[-1], original.shape[-1]) - rate // 10
    error = (waveform[0, :, rate // 10 : length] - original[:, rate // 10 : length]).abs().max()
    assert error < 0.1


def test_cut_file_keeps_what_is_whole(tmp_path):
    write_wav(tmp_path / "a.wav", Speech(tone(1.0, 24_000)[None], 24_000))
    data = (tmp_path / "a.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(data[: len(data) // 2])
    waveform, _ = read_audio(tmp_path / "cut.wav")
    assert 11_000 < waveform.shape[-1] < 12_100


def bad_sound(folder, kind: str):
    path = folder / "bad.wav"
    if kind == "text":
        path.write_text("hello, I am not a sound")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "folder":
        path.mkdir()
    elif kind == "image":
        Image.new("RGB", (8, 8)).save(path, format="PNG")
    elif kind == "header only":
        path.write_bytes(b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))
    elif kind == "playlist":
        path.write_text(f"ffconcat version 1.0\nfile {folder / 'other.wav'}\n")
        write_wav(folder / "other.wav", Speech(tone(0.2, 24_000)[None], 24_000))
    elif kind == "not a number":
        encode(path, "pcm_f32le", torch.full((1, 800), float("nan")), 8_000)
    elif kind == "NUL":
        return "a\0b.wav"
    return path


BAD_SOUNDS = ["missing", "text", "empty", "folder", "image", "header only", "playlist", "not a number", "NUL"]


@pytest.mark.parametrize("kind", BAD_SOUNDS)
def test_bad_sound_is_one_sentence(tmp_path, kind):
    with pytest.raises(InputError) as caught:
        read_audio(bad_sound(tmp_path, kind))
    message = str(caught.value)
    assert message.startswith("sound file ") and message.endswith(".") and "\n" not in message
    assert "\0" not in message


def save_and_read(folder, image: Image.Image, name: str = "a.png", **options) -> torch.Tensor:
    image.save(folder / name, **options)
    return read_image(folder / name)


@pytest.mark.parametrize(
    ("mode", "color", "name", "expected"),
    [
        ("RGB", (255, 0, 51), "a.png", (1.0, 0.0, 0.2)),
        ("L", 51, "a.png", (0.2, 0.2, 0.2)),
        ("1", 1, "a.png", (1.0, 1.0, 1.0)),
        ("RGBA", (255, 0, 0, 255), "a.webp", (1.0, 0.0, 0.0)),
        ("RGBA", (255, 0, 0, 0), "a.png", (0.5, 0.5, 0.5)),
        ("RGBA", (255, 255, 255, 51), "a.png", (0.6, 0.6, 0.6)),
        ("LA", (255, 0), "a.png", (0.5, 0.5, 0.5)),
        ("CMYK", (0, 255, 255, 0), "a.tif", (1.0, 0.0, 0.0)),
        ("I;16", 13107, "a.png", (0.2, 0.2, 0.2)),
    ],
)
def test_image_modes(tmp_path, mode, color, name, expected):
    image = save_and_read(tmp_path, Image.new(mode, (6, 4), color), name)
    assert image.shape == (1, 3, 4, 6) and image.dtype == torch.float32
    assert torch.allclose(image[0, :, 2, 3], torch.tensor(expected), atol=0.02)


def test_palette_with_transparency(tmp_path):
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 1)
    pixels = save_and_read(tmp_path, image, transparency=0)
    assert torch.allclose(pixels[0, :, 0, 0], torch.tensor([0.0, 0.0, 1.0]))
    assert torch.allclose(pixels[0, :, 2, 2], torch.tensor([0.5, 0.5, 0.5]), atol=0.01)


def test_exif_orientation_turns_the_image_upright(tmp_path):
    pixels = np.zeros((4, 8, 3), dtype=np.uint8)
    pixels[:, :4] = 255  # left half white
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate clockwise to view
    image = save_and_read(tmp_path, Image.fromarray(pixels), "a.png", exif=exif)
    assert image.shape == (1, 3, 8, 4)
    assert image[0, :, :4].min() == 1 and image[0, :, 4:].max() == 0


@pytest.mark.parametrize("kind", ["missing", "text", "empty", "folder", "cut", "NUL"])
def test_bad_image_is_one_sentence(tmp_path, kind):
    path = tmp_path / "bad.png"
    if kind == "cut":
        noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
        Image.fromarray(noise).save(path)
        path.write_bytes(path.read_bytes()[:4000])
    elif kind != "missing":
        path = bad_sound(tmp_path, kind)
    with pytest.raises(InputError, match=r"^image file .*\.$"):
        read_image(path)
