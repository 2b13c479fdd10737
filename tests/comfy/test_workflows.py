"""The shipped workflows: both formats agree, and each one runs to a finished video."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import av
import pytest
from comfy_graphs import NOTES, executable, input_specs
from comfy_server import REPOSITORY, ComfyServer
from PIL import Image
from video_probe import probe

WORKFLOWS = REPOSITORY / "workflows"
STARTER = ["animate", "narrate_simple", "narrate_stages"]
FULL = ["full_animate", "full_narrate", "full_speech"]
NAMES = sorted([*STARTER, *FULL])


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_every_shipped_file_is_tested() -> None:
    assert [path.stem for path in sorted(WORKFLOWS.glob("*.json"))] == NAMES
    assert [path.stem for path in sorted((WORKFLOWS / "api").glob("*.json"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_formats_hold_the_same_graph(info: dict[str, Any], name: str) -> None:
    graph = read(WORKFLOWS / f"{name}.json")
    assert executable(graph, info) == read(WORKFLOWS / "api" / f"{name}.json")
    assert any(node["type"] in NOTES for node in graph["nodes"]), "a workflow says what it is for"


@pytest.mark.parametrize("name", NAMES)
def test_every_node_and_input_exists(info: dict[str, Any], name: str) -> None:
    for node in read(WORKFLOWS / "api" / f"{name}.json").values():
        assert set(node["inputs"]) <= set(input_specs(info[node["class_type"]]))


@pytest.mark.parametrize("name", NAMES)
def test_a_thumbnail_shows_the_graph(name: str) -> None:
    with Image.open(WORKFLOWS / f"{name}.jpg") as thumbnail:
        assert thumbnail.format == "JPEG" and min(thumbnail.size) >= 200


@pytest.mark.parametrize("name", STARTER)
def test_it_runs_and_the_video_is_right(server: ComfyServer, name: str) -> None:
    outputs = server.run(read(WORKFLOWS / "api" / f"{name}.json"))
    (path,) = [file for file in server.files(outputs) if file.suffix == ".mp4"]
    clip = probe(path)
    with Image.open(REPOSITORY / "model_loaders" / "starter" / "samples" / "woman.png") as portrait:
        assert (clip.width, clip.height) == tuple(side // 2 * 2 for side in portrait.size)
    assert (clip.video_codec, clip.audio_codec, clip.fps) == ("h264", "aac", 25)
    assert abs(clip.frames - clip.seconds * 25) < 1.5
    assert clip.frames > 25
    assert "synthetic media" in clip.comment


def test_the_stages_report_what_they_measured(server: ComfyServer) -> None:
    outputs = server.run(read(WORKFLOWS / "api" / "narrate_stages.json"))
    texts = " ".join(text for output in outputs.values() for text in output.get("text", []))
    assert "s of speech" in texts and "pixels between the eyes" in texts


def test_frames_follow_from_the_sound(server: ComfyServer) -> None:
    graph = read(WORKFLOWS / "api" / "narrate_stages.json")
    inputs = graph["14"]["inputs"] | {"filename_prefix": "narrating_face/stages"}
    files = server.files(server.run(graph | {"14": {"class_type": "SaveAudio", "inputs": inputs}}))
    (sound,) = [file for file in files if file.suffix == ".flac"]
    (video,) = [file for file in files if file.suffix == ".mp4"]
    with av.open(str(sound)) as container:
        seconds = sum(frame.samples for frame in container.decode(audio=0)) / container.streams.audio[0].rate
    assert probe(video).frames == math.ceil(seconds * 25)
