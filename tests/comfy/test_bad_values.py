"""Bad values through /prompt are refused before a run starts; the server lives and nothing is written."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from comfy_server import ComfyServer
from saved_graphs import SHIPPED

NAN, INFINITE = float("nan"), float("inf")
PATHS = ["../../x", "/etc/passwd", "a/b", "a\\b", "x\0y", "..", ".hidden", "", "x" * 300]

CASES: list[tuple[str, str, Any]] = [
    *(("3", "fps", value) for value in (NAN, INFINITE, -INFINITE, -1, 0, 1e9, "", "many", None, {}, [])),
    *(("3", "speed", value) for value in (NAN, INFINITE, 0, -1, 100, "fast", None)),
    *(("3", "blink_rate", value) for value in (NAN, INFINITE, -1, 1e6)),
    *(("3", "gaze_x", value) for value in (NAN, 2, -2)),
    *(("3", "seed", value) for value in (-1, 2**64, INFINITE, NAN, "x", None)),
    *(("3", "encoder", value) for value in ("../../x", "ETE", "", 5)),
    *(("3", "text", value) for value in ("", " \n ", "a\0b", "word " * 200_000)),
    *(("3", "model", value) for value in ("starter", 5, ["2", 0], ["99", 0], ["1", 7], ["1"])),
    *(("3", "voice", value) for value in (["2", 0], 3)),
    *(("1", "family", value) for value in ("full-", "../../x", "")),
    *(("2", "portrait", value) for value in PATHS),
    *(("2", "voice", value) for value in PATHS),
    *(("20", "name", value) for value in PATHS),
    *(("21", "profile", value) for value in (*PATHS, "no such file.safetensors")),
]


def graph() -> dict[str, Any]:
    """narrate_simple with a voice profile saved and another one loaded."""
    nodes = SHIPPED.executable("narrate_simple")
    voice = {"model": ["1", 0], "audio": ["2", 1]}
    nodes["19"] = {"class_type": "NarratingFace_VoiceProfileEncoder", "inputs": voice}
    nodes["20"] = {"class_type": "NarratingFace_SaveVoiceProfile", "inputs": {"voice_profile": ["19", 0], "name": "x"}}
    nodes["21"] = {"class_type": "NarratingFace_LoadVoiceProfile", "inputs": {"profile": "x"}}
    nodes["22"] = {"class_type": "NarratingFace_SaveVoiceProfile", "inputs": {"voice_profile": ["21", 0], "name": "y"}}
    return nodes


OUTPUT_OF = {"1": "4", "2": "4", "3": "4", "20": "20", "21": "22"}


@pytest.mark.parametrize(("node", "name", "value"), CASES, ids=lambda value: repr(value)[:24])
def test_it_is_refused_at_once(server: ComfyServer, node: str, name: str, value: Any) -> None:
    nodes = copy.deepcopy(graph())
    nodes[node]["inputs"][name] = value
    before = set(server.base.rglob("*"))
    started = server.cpu_seconds()
    status, answer = server.post("/prompt", {"prompt": nodes, "partial_execution_targets": [OUTPUT_OF[node]]})
    assert server.cpu_seconds() - started < 1.0
    assert status == 400, answer
    assert server.get("/queue")["queue_running"] == []
    assert set(server.base.rglob("*")) == before


@pytest.mark.parametrize("name", ["model", "image", "voice", "text", "seed"])
def test_a_missing_input_is_refused(server: ComfyServer, name: str) -> None:
    nodes = graph()
    del nodes["3"]["inputs"][name]
    status, _ = server.post("/prompt", {"prompt": nodes, "partial_execution_targets": ["4"]})
    assert status == 400


def test_a_path_that_arrives_over_a_wire_is_refused_too(server: ComfyServer) -> None:
    nodes = graph()
    nodes["30"] = {"class_type": "PrimitiveString", "inputs": {"value": "../../escaped"}}
    nodes["20"]["inputs"]["name"] = ["30", 0]
    message = server.failure(nodes, partial_execution_targets=["20"])
    assert "cannot be a file name" in message
    assert not list(server.base.parent.rglob("*escaped*"))
