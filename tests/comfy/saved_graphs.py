"""The graphs that must work: those that ship, and those of release 0.1.0 as people have saved them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comfy_server import REPOSITORY


@dataclass(frozen=True)
class GraphFolder:
    """One file in the UI format (``ui``) and one in the API format (``api``) for every name."""

    ui: Path
    api: Path

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.ui.glob("*.json"))

    def saved(self, name: str) -> dict[str, Any]:
        return json.loads((self.ui / f"{name}.json").read_text())

    def executable(self, name: str) -> dict[str, Any]:
        return json.loads((self.api / f"{name}.json").read_text())


DATA = REPOSITORY / "tests" / "data" / "workflows"
SHIPPED = GraphFolder(REPOSITORY / "workflows", REPOSITORY / "workflows" / "api")
KEPT = GraphFolder(DATA / "ui", DATA / "api")
SCHEMAS = DATA / "node_schemas.json"


def without_titles(graph: dict[str, Any]) -> dict[str, Any]:
    return {number: {"class_type": node["class_type"], "inputs": node["inputs"]} for number, node in graph.items()}


def distinct() -> dict[str, dict[str, Any]]:
    """Every graph in API format by name, each once: the kept ones, and what ships beside them."""
    kept = {name: KEPT.executable(name) for name in KEPT.names()}
    shipped = {name: SHIPPED.executable(name) for name in SHIPPED.names()}
    known = [without_titles(graph) for graph in kept.values()]
    fresh = {f"shipped_{name}": graph for name, graph in shipped.items() if without_titles(graph) not in known}
    return kept | fresh
