"""Hallo's face in a real server, with tiny checkpoints of random weights in the real key layout."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from comfy_server import ComfyServer
from media_probe import probe, probe_sound
from saved_graphs import SHIPPED
from short_graphs import save_audio

SECONDS = 0.9
QUICK = {"steps": 2, "size": 64, "guidance": 1.5}


@pytest.fixture
def animate() -> dict[str, Any]:
    """full_animate, short and small: 1 loader, 2 samples, 3 portrait, 5 settings, 6 transformer, 7 decoder."""
    graph = SHIPPED.executable("full_animate")
    graph["5"]["inputs"] |= QUICK
    graph["20"] = {"class_type": "TrimAudioDuration", "inputs": {"audio": ["2", 1], "start_index": 0.0}}
    graph["20"]["inputs"]["duration"] = SECONDS
    for number in ("6", "7"):
        graph[number]["inputs"]["audio"] = ["20", 0]
    return graph


@pytest.fixture
def narrate() -> dict[str, Any]:
    """full_narrate, short and small: 5 prompt, 8 settings, 11 generator, 12 decoder, 14 Save Audio."""
    graph = SHIPPED.executable("full_narrate")
    graph["5"]["inputs"]["text"] = "Hi."
    graph["8"]["inputs"] |= QUICK
    graph["14"] = save_audio(("11", 0), "full_narrate")
    return graph


def test_a_recording_becomes_a_video_of_exact_length(server: ComfyServer, animate: dict[str, Any]) -> None:
    (path,) = [file for file in server.files(server.run(animate)) if file.suffix == ".mp4"]
    clip = probe(path)
    assert clip.frames == math.ceil(SECONDS * 25)
    assert (clip.video_codec, clip.audio_codec, clip.fps) == ("h264", "aac", 25)
    assert min(clip.width, clip.height) >= 500, "frames return into the full-size portrait"


def test_text_becomes_a_video_of_exact_length(server: ComfyServer, narrate: dict[str, Any]) -> None:
    files = server.files(server.run(narrate))
    (video,) = [file for file in files if file.suffix == ".mp4"]
    (sound,) = [file for file in files if file.suffix == ".flac"]
    clip = probe(video)
    assert clip.frames == math.ceil(probe_sound(sound).seconds * 25)
    assert (clip.video_codec, clip.audio_codec, clip.fps) == ("h264", "aac", 25)


def test_a_vae_of_comfyui_can_be_wired_in(server: ComfyServer, animate: dict[str, Any]) -> None:
    animate["1"]["inputs"]["vae_file"] = "from the vae input"
    assert "no VAE is given" in server.failure(animate)


@pytest.mark.parametrize(("workflow", "settings", "decoder"), [("animate", "5", "7"), ("narrate", "8", "12")])
def test_cancel_works_in_the_middle_of_a_step_and_the_next_run_too(
    server: ComfyServer, workflow: str, settings: str, decoder: str, request: pytest.FixtureRequest
) -> None:
    graph = request.getfixturevalue(workflow)
    server.run(graph)
    long = copy.deepcopy(graph)
    long[settings]["inputs"] |= {"steps": 100, "size": 256}
    run = server.submit(long)
    run.until_progress(decoder)  # after the first of its steps
    assert run.cancel() < 1.0
    assert server.files(server.run(graph))


def test_missing_files_are_listed_with_their_places_and_sources(server: ComfyServer, animate: dict[str, Any]) -> None:
    animate["1"]["inputs"] |= {"hallo": "other.pth", "wav2vec2": "../../x"}
    status, answer = server.post("/prompt", {"prompt": animate})
    assert status == 400
    details = " ".join(fault["details"] for fault in answer["node_errors"]["1"]["errors"])
    for words in ("other.pth", "models/narrating_face/hallo", "huggingface.co/fudan-generative-ai/hallo", "wav2vec2"):
        assert words in details
