"""Changes to a shipped graph in API format that make it short, and small nodes to add to it."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]
Graph = dict[str, Node]


def with_inputs(node: Node, **inputs: Any) -> Node:
    return node | {"inputs": node["inputs"] | inputs}


def scaled(width: int, height: int, image: tuple[str, int] = ("2", 0)) -> Node:
    inputs = {"image": list(image), "upscale_method": "bilinear", "width": width, "height": height, "crop": "center"}
    return {"class_type": "ImageScale", "inputs": inputs}


def save_audio(source: tuple[str, int], prefix: str) -> Node:
    return {"class_type": "SaveAudio", "inputs": {"audio": list(source), "filename_prefix": prefix}}
