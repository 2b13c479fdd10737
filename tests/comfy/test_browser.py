"""Every shipped workflow opens in ComfyUI's real front end, and exports exactly the shipped API file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from comfy_graphs import input_specs
from comfy_server import REPOSITORY, ComfyServer

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str:
    """An installed Chromium. Only a machine that is not CI may lack one."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not (found and shutil.which("node")) and "CI" not in os.environ:
        pytest.skip("needs Chromium and Node.js (Debian: apt-get install chromium nodejs npm)")
    assert found, "CI needs Chromium: .ci/run installs it"
    return found


def test_workflows_open_without_a_missing_node(server: ComfyServer, environment: Path, info: dict[str, Any]) -> None:
    files = sorted((REPOSITORY / "workflows").glob("*.json"))
    script = REPOSITORY / "tests" / "comfy" / "open_workflows.mjs"
    driver = environment / "browser" / "node_modules" / "playwright-core"
    command = ["node", script, driver, browser(), server.url, "-", *files]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["errors"] == []
    for file in files:
        opened = report["graphs"][str(file)]
        assert opened["missing"] == []
        exported = {number: shown(node, info) for number, node in opened["prompt"].items()}
        assert exported == json.loads((file.parent / "api" / file.name).read_text())


def shown(node: dict[str, Any], info: dict[str, Any]) -> dict[str, Any]:
    """A node without the front end's own display widgets, which the server does not know."""
    known = input_specs(info[node["class_type"]])
    return node | {"inputs": {name: value for name, value in node["inputs"].items() if name in known}}
