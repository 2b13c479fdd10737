"""Runs a user would make: cancelling, swapping blocks, repeating, unusual pictures and sounds."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from comfy_server import ComfyServer
from media_probe import Clip, probe
from saved_graphs import SHIPPED
from short_graphs import scaled, with_inputs

LONG_TEXT = "The quick brown fox jumps over the lazy dog near the river bank, and nobody minds at all. " * 20


@pytest.fixture
def simple() -> dict[str, Any]:
    """narrate_simple, short and small: 1 loader, 2 samples, 3 Narrate, 4 Save Video, 5 the portrait scaled down."""
    graph = SHIPPED.executable("narrate_simple")
    graph["3"]["inputs"] |= {"text": "Good morning to you.", "image": ["5", 0]}
    return graph | {"5": scaled(256, 256)}


@pytest.fixture
def stages() -> dict[str, Any]:
    """narrate_stages, short and small: 4 prompt, 5 portrait encoder, 6 to 8 blocks, 9 transformer."""
    graph = SHIPPED.executable("narrate_stages")
    graph["4"]["inputs"]["text"] = "Good morning to you."
    graph["5"]["inputs"]["image"] = ["30", 0]
    return graph | {"30": scaled(256, 256)}


def video(server: ComfyServer, graph: dict[str, Any]) -> Clip:
    (path,) = [file for file in server.files(server.run(graph)) if file.suffix == ".mp4"]
    return probe(path)


def forget(server: ComfyServer) -> None:
    """Drop loaded models and every kept result; the server does so by the time that it takes the next run but one."""
    server.post("/free", {"unload_models": True, "free_memory": True})
    text = {"class_type": "PrimitiveString", "inputs": {"value": "x"}}
    server.run({"1": text, "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}}})


@pytest.mark.parametrize("part", [0.0, 0.1, 0.2, 0.3])
def test_cancel_returns_within_a_second_and_the_next_run_works(
    server: ComfyServer, simple: dict[str, Any], part: float
) -> None:
    """Cancel after this part of the work: while encoding, entangling, decoding speech, rendering."""
    server.run(simple)
    long = copy.deepcopy(simple)
    long["3"]["inputs"] |= {"text": LONG_TEXT, "seed": round(part * 10)}
    run = server.submit(long)
    run.until_progress("3", part)
    assert run.cancel() < 1.0
    assert video(server, simple).frames > 10


def test_swapping_the_block_is_one_wire(server: ComfyServer, stages: dict[str, Any]) -> None:
    blocks = {"ExplicitBlock": "6", "SharedBlock": "7"}
    clips = {}
    for name, number in blocks.items():
        assert stages[number]["class_type"] == f"NarratingFace_{name}"
        stages["9"]["inputs"]["block"] = [number, 0]
        clips[name] = video(server, stages)
    assert clips["ExplicitBlock"].fingerprint != clips["SharedBlock"].fingerprint


def test_no_entanglement_speaks_but_has_no_attention_to_draw(
    server: ComfyServer, simple: dict[str, Any], stages: dict[str, Any]
) -> None:
    assert video(server, simple | {"3": with_inputs(simple["3"], encoder="none")}).frames > 10
    stages["9"]["inputs"]["block"] = ["8", 0]
    assert "carries no attention maps" in server.failure(stages)


def test_the_same_seed_gives_the_same_video(server: ComfyServer, simple: dict[str, Any]) -> None:
    first = video(server, simple)
    forget(server)
    again = video(server, simple)
    other = video(server, simple | {"3": with_inputs(simple["3"], seed=1)})
    assert first.fingerprint == again.fingerprint
    assert first.fingerprint != other.fingerprint


def test_a_voice_profile_survives_the_disk(server: ComfyServer, stages: dict[str, Any]) -> None:
    save = {"class_type": "NarratingFace_SaveVoiceProfile", "inputs": {"voice_profile": ["3", 0], "name": "reader 1"}}
    server.run({"1": stages["1"], "2": stages["2"], "3": stages["3"], "20": save})
    assert (server.base / "models" / "narrating_face" / "voices" / "reader 1.safetensors").is_file()
    direct = video(server, stages)
    stages["21"] = {"class_type": "NarratingFace_LoadVoiceProfile", "inputs": {"profile": "reader 1.safetensors"}}
    stages["9"]["inputs"]["voice_profile"] = ["21", 0]
    assert video(server, stages).fingerprint == direct.fingerprint


def test_an_odd_size_becomes_even(server: ComfyServer, simple: dict[str, Any]) -> None:
    clip = video(server, simple | {"10": scaled(333, 377), "3": with_inputs(simple["3"], image=["10", 0])})
    assert (clip.width, clip.height) == (332, 376)


def test_alpha_and_batches_are_taken(server: ComfyServer, simple: dict[str, Any]) -> None:
    mask = {"class_type": "SolidMask", "inputs": {"value": 0.0, "width": 256, "height": 256}}
    joined = {"class_type": "JoinImageWithAlpha", "inputs": {"image": ["10", 0], "alpha": ["11", 0]}}
    batch = {"class_type": "RepeatImageBatch", "inputs": {"image": ["12", 0], "amount": 3}}
    extra = {"10": scaled(256, 256), "11": mask, "12": joined, "13": batch}
    plain = video(server, simple | extra | {"3": with_inputs(simple["3"], image=["10", 0])})
    opaque = video(server, simple | extra | {"3": with_inputs(simple["3"], image=["13", 0])})
    assert opaque.fingerprint == plain.fingerprint


def test_a_picture_without_a_face_is_refused_in_one_sentence(server: ComfyServer, simple: dict[str, Any]) -> None:
    gray = {"class_type": "EmptyImage", "inputs": {"width": 256, "height": 256, "batch_size": 1, "color": 8421504}}
    message = server.failure(simple | {"10": gray, "3": with_inputs(simple["3"], image=["10", 0])})
    assert "face" in message


@pytest.mark.parametrize("seconds", [0.01, 4.0])
def test_silence_is_refused_in_one_sentence(server: ComfyServer, simple: dict[str, Any], seconds: float) -> None:
    inputs = {"duration": seconds, "sample_rate": 44100, "channels": 2}
    graph = simple | {"10": {"class_type": "EmptyAudio", "inputs": inputs}}
    message = server.failure(graph | {"3": with_inputs(simple["3"], voice=["10", 0])})
    assert "voice" in message


def test_finished_videos_lie_only_in_the_output_folder(server: ComfyServer, simple: dict[str, Any]) -> None:
    server.run(simple)
    written = {path.relative_to(server.base).parts[0] for path in server.base.rglob("*.mp4") if path.is_file()}
    assert written <= {"output", "temp"}
    assert Path(server.base / "output" / "narrating_face").is_dir()
