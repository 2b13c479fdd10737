"""What the server offers: every node of the pack, with bounds and words for each widget."""

from __future__ import annotations

from typing import Any

import pytest
from comfy_graphs import input_specs
from comfy_server import REPOSITORY

NODES = [
    "LoadModel",
    "LoadHallo",
    "Narrate",
    "SampleInputs",
    "VoiceProfileEncoder",
    "PromptEncoder",
    "PortraitEncoder",
    "SharedBlock",
    "ExplicitBlock",
    "NoAttentionBlock",
    "PromptGuidedTransformer",
    "SpeechGuidedTransformer",
    "AttentionMaps",
    "SpeechDecoder",
    "HiFiGenerator",
    "VideoDecoder",
    "DiffusionSettings",
    "SaveVoiceProfile",
    "LoadVoiceProfile",
    "LoadXTTS",
    "SpeechSampling",
    "AverageVoiceProfiles",
    "BlendVoiceProfiles",
]


def test_the_pack_has_exactly_these_nodes(info: dict[str, Any]) -> None:
    assert {name for name in info if name.startswith("NarratingFace_")} == {f"NarratingFace_{name}" for name in NODES}


@pytest.mark.parametrize("name", NODES)
def test_a_node_explains_itself(info: dict[str, Any], name: str) -> None:
    node = info[f"NarratingFace_{name}"]
    assert node["category"].startswith("Narrating Face")
    assert node["display_name"] and node["description"].endswith(".")
    assert all(tip for tip in node["output_tooltips"])
    page = (REPOSITORY / "web" / "docs" / f"NarratingFace_{name}.md").read_text()
    assert page.startswith(f"# {node['display_name']}\n")
    for input_name in input_specs(node):
        assert f"`{input_name}`" in page


@pytest.mark.parametrize("name", NODES)
def test_every_widget_has_a_tooltip_and_bounds(info: dict[str, Any], name: str) -> None:
    for input_name, (kind, options) in input_specs(info[f"NarratingFace_{name}"]).items():
        assert options["tooltip"], input_name
        if kind in ("INT", "FLOAT"):
            assert options["min"] <= options["default"] <= options["max"], input_name


def test_the_three_blocks_share_one_socket(info: dict[str, Any]) -> None:
    outputs = {tuple(info[f"NarratingFace_{name}Block"]["output"]) for name in ("Shared", "Explicit", "NoAttention")}
    assert outputs == {("NARRATING_FACE_BLOCK",)}
