"""The full family in a real server, with tiny checkpoints of random weights in the real key layout."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import av
import pytest
from comfy_server import REPOSITORY, ComfyServer
from video_probe import probe

SECONDS = 0.9


@pytest.fixture
def animate() -> dict[str, Any]:
    """full_animate, short and small: 1 loader, 2 samples, 3 portrait, 5 settings, 6 transformer, 7 decoder."""
    graph = json.loads((REPOSITORY / "workflows" / "api" / "full_animate.json").read_text())
    graph["5"]["inputs"] |= {"steps": 2, "size": 64, "guidance": 1.5}
    graph["20"] = {"class_type": "TrimAudioDuration", "inputs": {"audio": ["2", 1], "start_index": 0.0}}
    graph["20"]["inputs"]["duration"] = SECONDS
    for number in ("6", "7"):
        graph[number]["inputs"]["audio"] = ["20", 0]
    return graph


@pytest.fixture
def narrate(checkpoint: Path) -> dict[str, Any]:
    """full_narrate, short and small: 5 prompt, 8 settings, 11 generator, 12 decoder, 14 Save Audio."""
    graph = json.loads((REPOSITORY / "workflows" / "api" / "full_narrate.json").read_text())
    graph["5"]["inputs"]["text"] = "Hi."
    graph["8"]["inputs"] |= {"steps": 2, "size": 64, "guidance": 1.5}
    graph["14"] = {"class_type": "SaveAudio", "inputs": {"audio": ["11", 0], "filename_prefix": "full_narrate"}}
    return graph


def failure(server: ComfyServer, graph: dict[str, Any]) -> str:
    entry = server.wait(server.submit(graph))
    return dict(entry["status"]["messages"])["execution_error"]["exception_message"].strip()


def test_the_shipped_workflow_makes_a_video_of_exact_length(server: ComfyServer, animate: dict[str, Any]) -> None:
    outputs = server.run(animate)
    (path,) = [file for file in server.files(outputs) if file.suffix == ".mp4"]
    clip = probe(path)
    assert clip.frames == math.ceil(SECONDS * 25)
    assert (clip.video_codec, clip.audio_codec, clip.fps) == ("h264", "aac", 25)
    assert min(clip.width, clip.height) >= 500, "frames return into the full-size portrait"
    assert any("Hallo's own checkpoint" in str(output) for output in outputs.values())


def test_text_becomes_a_video_of_exact_length(server: ComfyServer, narrate: dict[str, Any]) -> None:
    files = server.files(server.run(narrate))
    (video,) = [file for file in files if file.suffix == ".mp4"]
    (sound,) = [file for file in files if file.suffix == ".flac"]
    with av.open(str(sound)) as container:
        seconds = sum(frame.samples for frame in container.decode(audio=0)) / container.streams.audio[0].rate
    clip = probe(video)
    assert clip.frames == math.ceil(seconds * 25)
    assert (clip.video_codec, clip.audio_codec, clip.fps) == ("h264", "aac", 25)


def test_a_vae_of_comfyui_can_be_wired_in(server: ComfyServer, animate: dict[str, Any]) -> None:
    animate["1"]["inputs"]["vae_file"] = "from the vae input"
    assert "no VAE is given" in failure(server, animate)


@pytest.mark.parametrize(("workflow", "settings"), [("animate", "5"), ("narrate", "8")])
def test_cancel_works_in_the_middle_of_a_step_and_the_next_run_too(
    server: ComfyServer, workflow: str, settings: str, request: pytest.FixtureRequest
) -> None:
    graph = request.getfixturevalue(workflow)
    server.run(graph)
    long = copy.deepcopy(graph)
    long[settings]["inputs"] |= {"steps": 100, "size": 256}
    started, prompt_id = server.cpu_seconds(), server.submit(long)
    while server.cpu_seconds() - started < 6.0:
        pass
    assert server.get("/queue")["queue_running"], "the run was over before it could be cancelled"
    cancelled = server.cpu_seconds()
    server.post("/interrupt", {})
    entry = server.wait(prompt_id)
    assert server.cpu_seconds() - cancelled < 1.0
    assert "execution_interrupted" in [message[0] for message in entry["status"]["messages"]]
    assert server.files(server.run(graph))


def test_missing_files_are_listed_with_their_places_and_sources(server: ComfyServer, animate: dict[str, Any]) -> None:
    animate["1"]["inputs"] |= {"hallo": "other.pth", "wav2vec2": "../../x"}
    status, answer = server.post("/prompt", {"prompt": animate})
    assert status == 400
    told = " ".join(fault["details"] for fault in answer["node_errors"]["1"]["errors"])
    for words in ("other.pth", "models/narrating_face/hallo", "huggingface.co/fudan-generative-ai/hallo", "wav2vec2"):
        assert words in told


def test_a_voice_stage_refuses_in_one_sentence(server: ComfyServer, animate: dict[str, Any]) -> None:
    speak = {"class_type": "NarratingFace_VoiceProfileEncoder", "inputs": {"model": ["1", 0], "audio": ["2", 1]}}
    save = {"class_type": "NarratingFace_SaveVoiceProfile", "inputs": {"voice_profile": ["30", 0], "name": "x"}}
    message = failure(server, {"1": animate["1"], "2": animate["2"], "30": speak, "31": save})
    assert "XTTS-v2" in message and "\n" not in message


def test_a_face_cannot_be_joined_to_the_starter_model(server: ComfyServer, animate: dict[str, Any]) -> None:
    animate["40"] = {"class_type": "NarratingFace_LoadModel", "inputs": {"family": "starter"}}
    animate["1"]["inputs"]["model"] = ["40", 0]
    assert "starter" in failure(server, animate)
