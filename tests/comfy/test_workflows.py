"""The shipped workflows and those of release 0.1.0: both formats agree, and each graph runs, unchanged, to its end."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from comfy_graphs import NOTES, Json, executable, input_specs
from comfy_server import REPOSITORY, ComfyServer
from media_probe import Clip, probe, probe_sound
from PIL import Image
from saved_graphs import KEPT, SHIPPED, GraphFolder, distinct
from short_graphs import with_inputs

SHIPPED_NAMES = SHIPPED.names()
GRAPHS = distinct()
QUICK = {"size": 64, "steps": 2}  # Hallo's saved ones take over ten minutes on a CPU, even with a tiny checkpoint
XTTS_STARTER = "shipped_narrate_xtts_starter_face"
each_file = pytest.mark.parametrize(
    ("folder", "name"),
    [
        *(pytest.param(SHIPPED, name, id=f"shipped {name}") for name in SHIPPED_NAMES),
        *(pytest.param(KEPT, name, id=f"kept {name}") for name in KEPT.names()),
    ],
)


@pytest.fixture(scope="module")
def outputs(server: ComfyServer) -> Callable[[str], Json]:
    """The outputs of a graph by its name; it runs when first asked for, Hallo at a small size in two steps."""
    return cache(lambda name: server.run(small(GRAPHS[name])))


def small(graph: Json) -> Json:
    settings = {n: node for n, node in graph.items() if node["class_type"] == "NarratingFace_DiffusionSettings"}
    return graph | {number: with_inputs(node, **QUICK) for number, node in settings.items()}


@pytest.fixture(scope="module")
def saved(server: ComfyServer, outputs: Callable[[str], Json]) -> Callable[[str, str], Path]:
    """The one file with this suffix that a graph wrote."""

    def file(name: str, suffix: str) -> Path:
        (path,) = [path for path in server.files(outputs(name)) if path.suffix == suffix]
        return path

    return file


@pytest.fixture(scope="module")
def clip(saved: Callable[[str, str], Path]) -> Callable[[str], Clip]:
    """What is inside the video of a graph."""
    return cache(lambda name: probe(saved(name, ".mp4")))


@pytest.mark.parametrize("folder", [SHIPPED, KEPT], ids=["shipped", "kept"])
def test_every_graph_is_there_in_both_formats(folder: GraphFolder) -> None:
    assert folder.names() == sorted(path.stem for path in folder.api.glob("*.json"))
    assert folder.names()


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_both_formats_hold_the_same_graph(info: dict[str, Any], name: str) -> None:
    graph = SHIPPED.saved(name)
    assert executable(graph, info) == SHIPPED.executable(name)
    assert any(node["type"] in NOTES for node in graph["nodes"]), "a workflow says what it is for"


@pytest.mark.parametrize("name", KEPT.names())
def test_saved_widget_values_keep_their_meaning(info: dict[str, Any], name: str) -> None:
    now, kept = executable(KEPT.saved(name), info), KEPT.executable(name)
    assert {number: node["class_type"] for number, node in now.items()} == {n: kept[n]["class_type"] for n in kept}
    for number, node in kept.items():
        assert {key: now[number]["inputs"].get(key) for key in node["inputs"]} == node["inputs"], f"node {number}"


@each_file
def test_every_node_and_input_is_known(info: dict[str, Any], folder: GraphFolder, name: str) -> None:
    for node in folder.executable(name).values():
        definition = info[node["class_type"]]
        assert set(node["inputs"]) <= set(input_specs(definition))
        assert set(node["inputs"]) >= set(definition["input"]["required"])


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_a_picture_shows_the_graph(name: str) -> None:
    with Image.open(SHIPPED.ui / f"{name}.jpg") as picture:
        assert picture.format == "JPEG" and min(picture.size) >= 200


@pytest.mark.parametrize("name", [name for name in GRAPHS if not name.endswith("full_speech")])
def test_it_runs_and_the_video_is_right(clip: Callable[[str], Clip], name: str) -> None:
    video = clip(name)
    with Image.open(REPOSITORY / "model_loaders" / "starter" / "samples" / "woman.png") as portrait:
        assert (video.width, video.height) == tuple(side // 2 * 2 for side in portrait.size)
    assert (video.video_codec, video.audio_codec, video.fps) == ("h264", "aac", 25)
    assert abs(video.frames - video.seconds * 25) < 1.5
    assert video.frames > 25
    assert "synthetic media" in video.comment


def test_speech_runs_to_a_sound_file(saved: Callable[[str, str], Path]) -> None:
    sound = probe_sound(saved("full_speech", ".flac"))
    assert sound.rate == 24_000 and sound.samples > 12_000


def test_the_stages_report_what_they_measured(outputs: Callable[[str], Json]) -> None:
    texts = " ".join(text for output in outputs("narrate_stages").values() for text in output.get("text", []))
    assert "s of speech" in texts and "pixels between the eyes" in texts


@pytest.mark.parametrize(("name", "decoder"), [("full_animate", "7"), ("full_narrate", "12")])
def test_hallo_takes_the_saved_settings(server: ComfyServer, name: str, decoder: str) -> None:
    """Every stage up to the decoder runs as saved, and the decoder begins."""
    run = server.submit(GRAPHS[name])
    run.until_begun(decoder)
    run.cancel()


def test_hallo_reports_which_files_it_loaded(outputs: Callable[[str], Json]) -> None:
    assert "Hallo's own checkpoint" in str(outputs("full_animate"))


def test_frames_follow_from_the_sound(clip: Callable[[str], Clip], saved: Callable[[str, str], Path]) -> None:
    sound = probe_sound(saved("narrate_stages", ".flac"))  # of Preview Audio
    assert clip("narrate_stages").frames == math.ceil(sound.seconds * 25)


def test_one_node_and_its_stages_make_the_same_video(clip: Callable[[str], Clip]) -> None:
    assert clip(XTTS_STARTER).fingerprint == clip(f"{XTTS_STARTER}_stages").fingerprint
