"""What people's saved graphs hold of each node stays: ids, sockets, widgets in their order, choices and bounds.

A saved graph lists widget values by place, so that new widgets come last; it names sockets and counts outputs.
``node_schemas.json`` holds the nodes of release 0.1.0.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from comfy_graphs import Json, input_specs, widget_names
from saved_graphs import SCHEMAS

SAVED: Json = json.loads(SCHEMAS.read_text())
each_saved_node = pytest.mark.parametrize("node", SAVED)


def saved_schema(definition: Json) -> Json:
    """What a saved graph relies on, from a definition of /object_info; files are no choices of the pack."""
    specs = input_specs(definition)
    return {
        "inputs": {name: kind for name, (kind, _) in specs.items()},
        "widgets": widget_names(definition),
        "choices": {name: options["options"] for name, (kind, options) in specs.items() if kind == "COMBO"},
        "bounds": {name: [o["min"], o["max"]] for name, (_, o) in specs.items() if "min" in o},
        "outputs": [list(pair) for pair in zip(definition["output_name"], definition["output"], strict=True)],
    }


@each_saved_node
def test_inputs_keep_their_names_and_types(info: dict[str, Any], node: str) -> None:
    now = saved_schema(info[node])["inputs"]
    assert {name: now.get(name) for name in SAVED[node]["inputs"]} == SAVED[node]["inputs"]


@each_saved_node
def test_new_inputs_are_optional(info: dict[str, Any], node: str) -> None:
    assert set(info[node]["input"].get("required", {})) <= set(SAVED[node]["inputs"])


@each_saved_node
def test_widgets_keep_their_places(info: dict[str, Any], node: str) -> None:
    saved = SAVED[node]["widgets"]
    assert widget_names(info[node])[: len(saved)] == saved


@each_saved_node
def test_outputs_keep_their_places(info: dict[str, Any], node: str) -> None:
    saved = SAVED[node]["outputs"]
    assert saved_schema(info[node])["outputs"][: len(saved)] == saved


@each_saved_node
def test_saved_values_stay_allowed(info: dict[str, Any], node: str) -> None:
    now = saved_schema(info[node])
    for name, choices in SAVED[node]["choices"].items():
        assert set(choices) <= set(now["choices"][name]), name
    for name, (low, high) in SAVED[node]["bounds"].items():
        assert now["bounds"][name][0] <= low and now["bounds"][name][1] >= high, name
