"""Any voice with any face, by wires: models combined, and what the Narrate node passes to each half."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from comfy_server import ComfyServer
from media_probe import probe, probe_sound
from saved_graphs import SHIPPED
from short_graphs import save_audio, scaled, with_inputs

QUICK = {"steps": 2, "size": 64, "guidance": 1.0}


@pytest.fixture
def xtts_starter() -> dict[str, Any]:
    """Short and small: 1 XTTS, 2 starter, 3 samples, 4 combined, 5 Narrate, 6 Save Video, 8 Save Audio."""
    graph = SHIPPED.executable("narrate_xtts_starter_face")
    graph["5"]["inputs"] |= {"text": "Hi.", "image": ["7", 0]}
    return graph | {"7": scaled(256, 256, ("3", 0)), "8": save_audio(("5", 1), "xtts_starter")}


@pytest.fixture
def starter_hallo(xtts_starter: dict[str, Any]) -> dict[str, Any]:
    """The same nodes, but 1 is Hallo, 9 its settings; 4 still takes XTTS's place and has to be rewired."""
    hallo = SHIPPED.executable("full_animate")
    xtts_starter["1"] = hallo["1"]
    xtts_starter["9"] = with_inputs(hallo["5"], **QUICK)
    xtts_starter["5"]["inputs"]["diffusion_settings"] = ["9", 0]
    return xtts_starter


def saved(server: ComfyServer, graph: dict[str, Any]) -> tuple[Path, Path]:
    """The video and the sound of a run."""
    files = {file.suffix: file for file in server.files(server.run(graph))}
    return files[".mp4"], files[".flac"]


def test_the_starters_voice_with_hallos_face(server: ComfyServer, starter_hallo: dict[str, Any]) -> None:
    """Combine Voice and Face, and the model input of Load Hallo, join the same halves."""
    starter_hallo["4"]["inputs"] = {"voice_model": ["2", 0], "face_model": ["1", 0]}
    video, sound = saved(server, starter_hallo)
    combined = probe(video)
    assert combined.frames == math.ceil(probe_sound(sound).seconds * 25)
    starter_hallo["1"] = with_inputs(starter_hallo["1"], model=["2", 0])
    starter_hallo["5"]["inputs"]["model"] = ["1", 0]
    del starter_hallo["4"]
    assert probe(saved(server, starter_hallo)[0]).fingerprint == combined.fingerprint


def test_narrate_passes_language_and_sampling_to_the_voice(server: ComfyServer, xtts_starter: dict[str, Any]) -> None:
    sampling = {"class_type": "NarratingFace_SpeechSampling", "inputs": {"preset": "custom", "temperature": 1.5}}
    sampling["inputs"] |= {"top_k": 0, "top_p": 1.0, "repetition_penalty": 1.0, "seed": 3}
    narrate = xtts_starter["5"]
    variants = [narrate, with_inputs(narrate, language="de"), with_inputs(narrate, sampling=["9", 0])]
    sounds = {saved(server, xtts_starter | {"5": node, "9": sampling})[1].read_bytes() for node in variants}
    assert len(sounds) == len(variants)


def test_a_language_that_the_voice_does_not_speak(server: ComfyServer, xtts_starter: dict[str, Any]) -> None:
    narrate = with_inputs(xtts_starter["5"], model=["2", 0], language="de")
    assert "language" in server.failure(xtts_starter | {"5": narrate})


def test_a_model_without_a_voice_says_so(server: ComfyServer, starter_hallo: dict[str, Any]) -> None:
    narrate = with_inputs(starter_hallo["5"], model=["1", 0])
    assert "has no voice" in server.failure(starter_hallo | {"5": narrate})
    encoder = {"class_type": "NarratingFace_VoiceProfileEncoder", "inputs": {"model": ["1", 0], "audio": ["3", 1]}}
    save = {"class_type": "NarratingFace_SaveVoiceProfile", "inputs": {"voice_profile": ["10", 0], "name": "x"}}
    assert "XTTS-v2" in server.failure({"1": starter_hallo["1"], "3": starter_hallo["3"], "10": encoder, "11": save})


def test_a_model_without_a_face_says_so(server: ComfyServer, xtts_starter: dict[str, Any]) -> None:
    narrate = with_inputs(xtts_starter["5"], model=["1", 0])
    assert "has no face" in server.failure(xtts_starter | {"5": narrate})
    combined = with_inputs(xtts_starter["4"], face_model=["1", 0])
    assert "has no face" in server.failure(xtts_starter | {"4": combined})
