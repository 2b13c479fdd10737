"""XTTS-v2's voice in a real server: without a checkpoint it says what is missing, with a tiny one it speaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from comfy_server import ComfyServer
from media_probe import probe_sound
from saved_graphs import SHIPPED
from tiny_xtts import PRECISIONS


@pytest.fixture
def graph() -> dict[str, Any]:
    """1 loader, 3 voice, 4 prompt, 5 block, 6 transformer, 7 sampling, 8 decoder, 9 generator, 10 Save Audio."""
    return SHIPPED.executable("full_speech")


def test_a_missing_checkpoint_is_named_with_its_place_and_source(server: ComfyServer, graph: dict[str, Any]) -> None:
    graph["1"]["inputs"]["checkpoint"] = "absent.pth"
    status, answer = server.post("/prompt", {"prompt": graph})
    text = json.dumps(answer)
    assert status == 400
    assert "absent.pth" in text and "coqui/XTTS-v2" in text and "narrating_face" in text and "vocab.json" in text


@pytest.mark.parametrize("precision", PRECISIONS[1:])  # the saved graphs run with the first
def test_it_speaks_in_fewer_bits(server: ComfyServer, graph: dict[str, Any], precision: str) -> None:
    graph["1"]["inputs"]["precision"] = precision
    (path,) = server.files(server.run(graph))
    sound = probe_sound(path)
    assert sound.rate == 24_000 and sound.samples > 12_000


def test_voices_average_and_blend(server: ComfyServer, graph: dict[str, Any]) -> None:
    both = {"first": ["3", 0], "second": ["3", 0]}
    graph["20"] = {"class_type": "NarratingFace_AverageVoiceProfiles", "inputs": both}
    blended = {"first": ["20", 0], "second": ["3", 0], "weight": 0.25}
    graph["21"] = {"class_type": "NarratingFace_BlendVoiceProfiles", "inputs": blended}
    graph["6"]["inputs"]["voice_profile"] = ["21", 0]
    assert server.files(server.run(graph))


def test_a_language_that_the_checkpoint_lacks(server: ComfyServer, graph: dict[str, Any]) -> None:
    graph["4"]["inputs"]["language"] = "it"
    assert "this checkpoint speaks" in server.failure(graph)
