"""Write workflows/*.json with their thumbnails and workflows/api/*.json, from the descriptions below.

The node definitions come from a real server, the thumbnails from its front end (needs Chromium and Node.js).

Run it after a change of widgets: ``python tests/comfy/build_workflows.py``.
A node is (type, column, row, inputs); an input is a widget's value or a wire ``(node number, output slot)``.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from comfy_graphs import executable, input_specs, is_widget
from comfy_server import REPOSITORY, ComfyServer, environment_folder
from PIL import Image

Json = dict[str, Any]
Wire = tuple[int, int]
Node = tuple[str, float, float, dict[str, Any]]

TEXT = "Hello! This is my face, and this is my voice. Every word you hear was written, not recorded."
SAMPLES = {"portrait": "woman.png", "voice": "reader.wav"}
COLUMN, ROW = 380, 40
STAGE = "NarratingFace_"
FOLDER = REPOSITORY / "workflows"

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
    (STAGE + "SampleInputs", 0, 5, SAMPLES),
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
    (STAGE + "LoadHallo", 0, 4, FILES | {"model": (1, 0)}),
    (STAGE + "SampleInputs", 0, 10, SAMPLES),
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

NOTES = {
    "narrate_simple": "A portrait, a voice sample and a text become a talking video. "
    "Replace **Sample Portrait, Voice and Text** by Load Image and Load Audio to use your own.",
    "narrate_stages": "Every stage of the pipeline. Drag the wire at **block** from the ETE to the STE or to No "
    "Entanglement to compare them; everything else stays as it is.",
    "animate": "The portrait speaks a recording: no text and no voice profile needed. "
    "The same audio goes to the transformer and to the video decoder.",
    "full_speech": "Text becomes speech in a sample's voice with XTTS-v2. Put **model.pth** and **vocab.json** of "
    "coqui/XTTS-v2 (Hugging Face, release v2.0.3, non-commercial licence CPML) into **models/narrating_face/xtts**.",
    "full_animate": "The portrait speaks a recording, rendered by **Hallo**: needs a graphics card with about 8 GB. "
    "**Load Hallo** names the files it lacks, where they go and where they come from; its help page has the list.",
    "full_narrate": "Portrait, voice sample and text become a video by **XTTS-v2** and **Hallo**: needs a graphics "
    "card with about 8 GB. The loaders name the files they lack, where they go and where they come from.",
}
WORKFLOWS = {
    "narrate_simple": SIMPLE,
    "narrate_stages": STAGES,
    "animate": ANIMATE,
    "full_speech": FULL_SPEECH,
    "full_animate": FULL_ANIMATE,
    "full_narrate": FULL_NARRATE,
}


def widget_values(definition: Json, given: dict[str, Any]) -> list[Any]:
    """Saved widget values in order: given ones, else defaults; seeds stay fixed."""
    values: list[Any] = []
    for name, (kind, options) in input_specs(definition).items():
        if is_widget(kind, options):
            value = given.get(name, options.get("default", (options.get("options") or [None])[0]))
            values += [value, "fixed"] if options.get("control_after_generate") else [value]
    return values


class Layout:
    """One graph in UI format, built node by node."""

    def __init__(self, nodes: list[Node], note: str, info: Json) -> None:
        self.info, self.links = info, []
        self.nodes = [self._node(number, *node) for number, node in enumerate(nodes, 1)]
        for node, (_, _, _, given) in zip(self.nodes, nodes, strict=True):
            self._wire(node, {name: value for name, value in given.items() if isinstance(value, tuple)})
        self.nodes.append(self._note(len(nodes) + 1, note))

    def _node(self, number: int, type: str, column: float, row: float, given: dict[str, Any]) -> Json:
        definition = self.info[type]
        values = widget_values(definition, given)
        tall = 100 if given.get("text") else 0
        inputs = self._inputs(definition)
        sockets = max(sum("widget" not in slot for slot in inputs), len(definition["output"]))
        return {
            "id": number,
            "type": type,
            "title": definition["display_name"] or type,
            "pos": [round(COLUMN * column), round(ROW * row)],
            "size": [320, 20 + 20 * sockets + 24 * len(values) + tall],
            "flags": {},
            "order": number - 1,
            "mode": 0,
            "inputs": inputs,
            "outputs": self._outputs(definition),
            "properties": {"Node name for S&R": type},
            "widgets_values": values,
        }

    def _inputs(self, definition: Json) -> list[Json]:
        """Sockets first, then the widgets, as the front end orders them."""
        specs = input_specs(definition)
        slots = {name: {"name": name, "type": kind, "link": None} for name, (kind, _) in specs.items()}
        widgets = [name for name, spec in specs.items() if is_widget(*spec)]
        sockets = [slot for name, slot in slots.items() if name not in widgets]
        return sockets + [slots[name] | {"widget": {"name": name}} for name in widgets]

    def _outputs(self, definition: Json) -> list[Json]:
        pairs = zip(definition["output_name"], definition["output"], strict=True)
        return [{"name": name, "type": kind, "slot_index": i, "links": []} for i, (name, kind) in enumerate(pairs)]

    def _wire(self, node: Json, wires: dict[str, Wire]) -> None:
        for slot, target in enumerate(node["inputs"]):
            if target["name"] in wires:
                source, output = wires[target["name"]]
                origin = self.nodes[source - 1]["outputs"][output]
                target["link"] = len(self.links) + 1
                origin["links"].append(target["link"])
                self.links.append([target["link"], source, output, node["id"], slot, origin["type"]])

    def _note(self, number: int, text: str) -> Json:
        return {
            "id": number,
            "type": "MarkdownNote",
            "title": "Read me",
            "pos": [0, ROW * 9],
            "size": [320, 180],
            "flags": {},
            "order": number - 1,
            "mode": 0,
            "inputs": [],
            "outputs": [],
            "properties": {},
            "widgets_values": [text],
        }

    def graph(self) -> Json:
        last_node, last_link = len(self.nodes), len(self.links)
        head = {"last_node_id": last_node, "last_link_id": last_link, "nodes": self.nodes, "links": self.links}
        return {**head, "groups": [], "config": {}, "extra": {}, "version": 0.4}


def write(path: Path, value: Json) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    environment = environment_folder()
    with tempfile.TemporaryDirectory() as base:
        server = ComfyServer(environment, Path(base))
        server.start()
        try:
            write_graphs(server.get("/object_info"))
            draw_thumbnails(server, environment, Path(base))
        finally:
            server.stop()


def write_graphs(info: Json) -> None:
    for name, nodes in WORKFLOWS.items():
        graph = Layout(nodes, NOTES[name], info).graph()
        write(FOLDER / f"{name}.json", graph)
        write(FOLDER / "api" / f"{name}.json", executable(graph, info))


def draw_thumbnails(server: ComfyServer, environment: Path, shots: Path) -> None:
    """Screenshots of the graphs in the front end."""
    script = REPOSITORY / "tests" / "comfy" / "open_workflows.mjs"
    driver = environment / "browser" / "node_modules" / "playwright-core"
    command = ["node", script, driver, "/usr/bin/chromium", server.url, shots, *sorted(FOLDER.glob("*.json"))]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    for name in WORKFLOWS:
        with Image.open(shots / f"{name}.png") as shot:
            shot.thumbnail((1200, 1200))
            shot.convert("RGB").save(FOLDER / f"{name}.jpg", quality=88)


if __name__ == "__main__":
    main()
