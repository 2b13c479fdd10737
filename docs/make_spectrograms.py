"""Draws docs/spectrograms.png: five sentences, the teacher's recording beside the starter's speech.

python docs/make_spectrograms.py TEACHER    (a folder of held-out teacher speech with meta.jsonl)

Each sentence is spoken in the voice of another recording by the same speaker.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from narrating_face.core.audio.loudness import normalize_loudness
from narrating_face.core.audio.mel import log_mel
from narrating_face.core.media import read_audio
from narrating_face.core.pipeline import speak
from narrating_face.model_loaders import starter
from PIL import Image, ImageDraw, ImageFont

SHOWN, SECONDS, WIDTH, HEIGHT, CAPTION = 5, 4.0, 640, 150, 26
QUIET, LOUD = -9.0, 0.5  # log-mel


def main(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "meta.jsonl").read_text(encoding="utf-8").splitlines()]
    fitting = [line for line in lines if line["samples"] < SECONDS * 24_000]
    model, seen, rows = starter.load(), set(), []
    for line in fitting:
        others = [other for other in lines if other["speaker"] == line["speaker"] and other is not line]
        if line["speaker"] in seen or not others or len(rows) == SHOWN:
            continue
        seen.add(line["speaker"])
        longest = max(others, key=lambda other: other["samples"])
        spoken = speak(model, read_audio(sound_file(folder, longest)), line["text"])[1].waveform[0, 0]
        rows.append((line["text"], read_audio(sound_file(folder, line))[0][0].mean(0), spoken))
    draw_sheet(rows).save(Path(__file__).with_name("spectrograms.png"))


def sound_file(folder: Path, line: dict) -> Path:
    return next(folder.glob(f"{line['id']}.*"))


def draw_sheet(rows: list[tuple[str, torch.Tensor, torch.Tensor]]) -> Image.Image:
    sheet = Image.new("L", (2 * WIDTH + 10, len(rows) * (HEIGHT + CAPTION)), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype("DejaVuSans.ttf", 16)
    for row, (text, teacher, starter_speech) in enumerate(rows):
        top = row * (HEIGHT + CAPTION)
        pen.text((4, top + CAPTION / 2), f"teacher: {text}", 0, font, anchor="lm")
        pen.text((WIDTH + 14, top + CAPTION / 2), "starter", 0, font, anchor="lm")
        for column, sound in enumerate((teacher, starter_speech)):
            sheet.paste(spectrogram(sound), (column * (WIDTH + 10), top + CAPTION))
    return sheet


def spectrogram(sound: torch.Tensor) -> Image.Image:
    """Log-mel of sound [S] as grey levels, dark is loud, low pitch at the bottom."""
    mel = log_mel(normalize_loudness(sound)[None, : int(SECONDS * 24_000) // 300 * 300])[0].flip(0).numpy()  # [100, T]
    gray = 255 * (1 - np.clip((mel - QUIET) / (LOUD - QUIET), 0, 1))
    padded = np.pad(gray, ((0, 0), (0, max(0, int(SECONDS * 80) - gray.shape[1]))), constant_values=255)
    return Image.fromarray(padded.astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
