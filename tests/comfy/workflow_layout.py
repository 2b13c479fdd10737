"""A described graph -> the UI format that the front end saves: sizes, sockets, widget values and wires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comfy_graphs import Json, input_specs, is_widget

Wire = tuple[int, int]  # node number from 1, output slot
Node = tuple[str, float, float, dict[str, Any]]  # type, column, row, inputs: a widget's value or a wire
COLUMN, ROW = 380, 40
WIDTH = 320


@dataclass(frozen=True)
class Workflow:
    """The nodes, and what the graph is for; ``note_place`` is the column and row of that note."""

    nodes: list[Node]
    note: str
    note_place: tuple[float, float] = (0, 9)


def widget_values(definition: Json, inputs: Json) -> list[Any]:
    """Saved widget values in order: those of ``inputs``, else defaults; seeds stay fixed."""
    values: list[Any] = []
    for name, (kind, options) in input_specs(definition).items():
        if is_widget(kind, options):
            value = inputs.get(name, options.get("default", (options.get("options") or [None])[0]))
            values += [value, "fixed"] if options.get("control_after_generate") else [value]
    return values


class Layout:
    """One graph in UI format, built node by node; ``info`` is the server's /object_info answer."""

    def __init__(self, workflow: Workflow, info: Json) -> None:
        self.info, self.links = info, []
        self.nodes = [self._node(number, *node) for number, node in enumerate(workflow.nodes, 1)]
        for node, (_, _, _, inputs) in zip(self.nodes, workflow.nodes, strict=True):
            self._wire(node, {name: value for name, value in inputs.items() if isinstance(value, tuple)})
        self.nodes.append(self._note(workflow))

    def _node(self, number: int, type: str, column: float, row: float, inputs: Json) -> Json:
        definition = self.info[type]
        values = widget_values(definition, inputs)
        text_height = 100 if inputs.get("text") else 0
        slots = self._inputs(definition)
        sockets = max(sum("widget" not in slot for slot in slots), len(definition["output"]))
        return {
            "id": number,
            "type": type,
            "title": definition["display_name"] or type,
            "pos": [round(COLUMN * column), round(ROW * row)],
            "size": [WIDTH, 20 + 20 * sockets + 24 * len(values) + text_height],
            "flags": {},
            "order": number - 1,
            "mode": 0,
            "inputs": slots,
            "outputs": self._outputs(definition),
            "properties": {"Node name for S&R": type},
            "widgets_values": values,
        }

    def _inputs(self, definition: Json) -> list[Json]:
        """Sockets first, then the widgets, as the front end orders them."""
        specs = input_specs(definition)
        slots = {name: {"name": name, "type": kind, "link": None} for name, (kind, _) in specs.items()}
        widgets = [name for name, spec in specs.items() if is_widget(*spec)]
        sockets = [slot for name, slot in slots.items() if name not in widgets]
        return sockets + [slots[name] | {"widget": {"name": name}} for name in widgets]

    def _outputs(self, definition: Json) -> list[Json]:
        pairs = zip(definition["output_name"], definition["output"], strict=True)
        return [{"name": name, "type": kind, "slot_index": i, "links": []} for i, (name, kind) in enumerate(pairs)]

    def _wire(self, node: Json, wires: dict[str, Wire]) -> None:
        for slot, target in enumerate(node["inputs"]):
            if target["name"] in wires:
                source, output = wires[target["name"]]
                origin = self.nodes[source - 1]["outputs"][output]
                target["link"] = len(self.links) + 1
                origin["links"].append(target["link"])
                self.links.append([target["link"], source, output, node["id"], slot, origin["type"]])

    def _note(self, workflow: Workflow) -> Json:
        column, row = workflow.note_place
        number = len(workflow.nodes) + 1
        return {
            "id": number,
            "type": "MarkdownNote",
            "title": "Read me",
            "pos": [round(COLUMN * column), round(ROW * row)],
            "size": [WIDTH, 180],
            "flags": {},
            "order": number - 1,
            "mode": 0,
            "inputs": [],
            "outputs": [],
            "properties": {},
            "widgets_values": [workflow.note],
        }

    def graph(self) -> Json:
        last_node, last_link = len(self.nodes), len(self.links)
        head = {"last_node_id": last_node, "last_link_id": last_link, "nodes": self.nodes, "links": self.links}
        return {**head, "groups": [], "config": {}, "extra": {}, "version": 0.4}
