"""Draws docs/result.jpg, frames of a narration with the phoneme spoken in each, and renders docs/result.mp4.

python docs/make_result.py
"""

from __future__ import annotations

from pathlib import Path

from narrating_face.core.bundles import Narration, TimedSymbol
from narrating_face.core.media import read_audio, read_image, write_video
from narrating_face.core.pipeline import narrate
from narrating_face.model_loaders import starter
from narrating_face.research.training.articulation import without_marks
from PIL import Image, ImageDraw, ImageFont
from torch.nn.functional import interpolate

TEXT = "Bob may buy five new maps."
FILM_TEXT = "Hello! Bob may buy five new maps. What a wonderful view!"
FILM_SIDE = 384
SHOWN = (("b", 0), ("ɑ", 0), ("m", 0), ("I", 1), ("f", 0), ("v", 0), ("u", 0), ("æ", 0))  # (symbol, which of them)
SIDE, CAPTION, COLUMNS = 300, 34, 4


def main() -> None:
    model = starter.load()
    image, voice = read_image(starter.SAMPLES / "woman.png"), read_audio(starter.SAMPLES / "reader.wav")
    narration = narrate(model, image, voice, TEXT)
    frames = [frame for chunk in narration.chunks() for frame in chunk.numpy()]
    rows = -(-len(SHOWN) // COLUMNS)
    strip = Image.new("RGB", (COLUMNS * SIDE, rows * (SIDE + CAPTION)), "white")
    draw, font = ImageDraw.Draw(strip), ImageFont.truetype("DejaVuSans.ttf", 20)
    for place, (symbol, index) in enumerate(SHOWN):
        left, top = place % COLUMNS * SIDE, place // COLUMNS * (SIDE + CAPTION)
        spoken = [phoneme for phoneme in without_marks(narration.phonemes) if phoneme.symbol == symbol][index]
        frame = Image.fromarray(frames[middle_frame(narration, spoken)])
        strip.paste(frame.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, top))
        caption = f"/{symbol}/ in “{word_around(narration, spoken)}”"
        draw.text((left + SIDE / 2, top + SIDE + CAPTION / 2), caption, "black", font, anchor="mm")
    strip.save(Path(__file__).with_name("result.jpg"), quality=88)
    small = interpolate(image, (FILM_SIDE, FILM_SIDE), mode="area")
    film = narrate(model, small, voice, FILM_TEXT)
    write_video(Path(__file__).with_name("result.mp4"), film)


def middle_frame(narration: Narration, phoneme: TimedSymbol) -> int:
    return min(narration.frame_count - 1, int((phoneme.start + phoneme.end) / 2 * narration.fps))


def word_around(narration: Narration, phoneme: TimedSymbol) -> str:
    middle = (phoneme.start + phoneme.end) / 2
    return min(narration.words, key=lambda word: max(word.start - middle, middle - word.end, 0)).symbol


if __name__ == "__main__":
    main()
