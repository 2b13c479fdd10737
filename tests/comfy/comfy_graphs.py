"""ComfyUI's two graph formats: what the front end saves (UI) and what the server executes (API).

``info`` is the server's /object_info answer.
"""

from __future__ import annotations

from typing import Any

WIDGETS = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"}
NOTES = {"Note", "MarkdownNote"}  # exist only in the front end

Json = dict[str, Any]


def input_specs(definition: Json) -> dict[str, tuple[str, Json]]:
    """Every input of a node in order: name -> (type, options); a list of choices counts as COMBO."""
    specs = {**definition["input"].get("required", {}), **definition["input"].get("optional", {})}
    kinds = {name: "COMBO" if isinstance(spec[0], list) else spec[0] for name, spec in specs.items()}
    return {name: (kinds[name], spec[1] if len(spec) > 1 else {}) for name, spec in specs.items()}


def is_widget(kind: str, options: Json) -> bool:
    return kind in WIDGETS and not options.get("forceInput")


def widget_names(definition: Json) -> list[str | None]:
    """The meaning of each saved widget value; None for the 'control after generate' choice behind a seed."""
    names: list[str | None] = []
    for name, (kind, options) in input_specs(definition).items():
        if is_widget(kind, options):
            names += [name, None] if options.get("control_after_generate") else [name]
    return names


def executable(graph: Json, info: Json) -> Json:
    """UI format -> API format, as the front end's own export does it."""
    links = {link[0]: [str(link[1]), link[2]] for link in graph["links"]}
    nodes = [node for node in graph["nodes"] if node["type"] not in NOTES]
    return {str(node["id"]): _executable_node(node, info[node["type"]], links) for node in nodes}


def _executable_node(node: Json, definition: Json, links: dict[int, list[Any]]) -> Json:
    inputs = saved_widgets(node, definition)
    inputs |= {slot["name"]: links[slot["link"]] for slot in node["inputs"] if slot.get("link") is not None}
    return {"inputs": inputs, "class_type": node["type"], "_meta": {"title": node["title"]}}


def saved_widgets(node: Json, definition: Json) -> Json:
    """A saved node's widget values by name; optional widgets that came later take their defaults."""
    names, values = widget_names(definition), node.get("widgets_values", [])
    later = {name: input_specs(definition)[name][1]["default"] for name in names[len(values) :] if name}
    assert len(values) <= len(names), f"{node['type']}: {len(values)} widget values, {len(names)} expected"
    assert set(later) <= set(definition["input"].get("optional", {})), f"{node['type']}: {later} are not saved"
    return {name: value for name, value in zip(names, values, strict=False) if name} | later
