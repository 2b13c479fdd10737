"""The sample inputs that come with the pack, so that every shipped workflow runs at once."""

from __future__ import annotations

from pathlib import Path

from comfy_api.latest import io

from ..core.media import read_audio, read_image
from .host import types
from .host.checks import StageNode

FOLDER = Path(__file__).resolve().parent.parent / "model_loaders" / "starter" / "samples"
PICTURES = {".jpg", ".png", ".webp"}
SOUNDS = {".flac", ".mp3", ".ogg", ".opus", ".wav"}


def sample_names(suffixes: set[str]) -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir() if path.suffix in suffixes)


class SampleInputs(StageNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        portraits, voices = sample_names(PICTURES), sample_names(SOUNDS)
        return io.Schema(
            node_id="NarratingFace_SampleInputs",
            display_name="Sample Portrait, Voice and Text",
            category=types.WHOLE,
            description="A portrait, a voice and a text to try the pack with; Load Image and Load Audio take your own.",
            inputs=[
                io.Combo.Input("portrait", options=portraits, tooltip="A picture that comes with the pack."),
                io.Combo.Input("voice", options=voices, tooltip="A recording that comes with the pack."),
            ],
            outputs=[
                io.Image.Output("image", display_name="image", tooltip="The picture."),
                io.Audio.Output("audio", display_name="audio", tooltip="The recording."),
                io.String.Output("text", display_name="text", tooltip="Some sentences to say."),
            ],
        )

    @classmethod
    def execute(cls, portrait: str, voice: str) -> io.NodeOutput:
        cls.check(portrait=portrait, voice=voice)
        image = read_image(FOLDER / portrait).permute(0, 2, 3, 1)  # [1, H, W, 3]
        waveform, rate = read_audio(FOLDER / voice)
        text = (FOLDER / "text.txt").read_text(encoding="utf-8").strip()
        return io.NodeOutput(image, {"waveform": waveform, "sample_rate": rate}, text)
