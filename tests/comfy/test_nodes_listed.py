"""What the server offers: every node of the pack, with bounds and words for each widget."""

from __future__ import annotations

from typing import Any

import pytest
from comfy_graphs import input_specs
from comfy_server import REPOSITORY

PAGES = {path.stem: path for path in sorted((REPOSITORY / "web" / "docs").glob("*.md"))}  # node id -> its help
each_node = pytest.mark.parametrize("node_id", PAGES)


def test_every_node_has_a_help_page_and_every_page_a_node(info: dict[str, Any]) -> None:
    assert {name for name in info if name.startswith("NarratingFace_")} == set(PAGES)


@each_node
def test_a_node_explains_itself(info: dict[str, Any], node_id: str) -> None:
    node = info[node_id]
    assert node["category"].startswith("Narrating Face")
    assert node["display_name"] and node["description"].endswith(".")
    assert all(tip for tip in node["output_tooltips"])
    page = PAGES[node_id].read_text()
    assert page.startswith(f"# {node['display_name']}\n")
    for input_name in input_specs(node):
        assert f"`{input_name}`" in page


@each_node
def test_every_widget_has_a_tooltip_and_bounds(info: dict[str, Any], node_id: str) -> None:
    for input_name, (kind, options) in input_specs(info[node_id]).items():
        assert options["tooltip"], input_name
        if kind in ("INT", "FLOAT"):
            assert options["min"] <= options["default"] <= options["max"], input_name


def test_the_three_blocks_share_one_socket(info: dict[str, Any]) -> None:
    outputs = {tuple(info[f"NarratingFace_{name}Block"]["output"]) for name in ("Shared", "Explicit", "NoAttention")}
    assert outputs == {("NARRATING_FACE_BLOCK",)}
