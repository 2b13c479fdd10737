"""Workflows open in ComfyUI's real front end: nothing is missing, nothing is hidden, and the export is the API file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from comfy_graphs import Json, input_specs
from comfy_server import REPOSITORY, ComfyServer
from saved_graphs import KEPT, SHIPPED

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str:
    """An installed Chromium. Only a machine that is not CI may lack one."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not (found and shutil.which("node")) and "CI" not in os.environ:
        pytest.skip("needs Chromium and Node.js (Debian: apt-get install chromium nodejs npm)")
    assert found, "CI needs Chromium: .ci/run installs it"
    return found


@pytest.fixture(scope="module")
def report(server: ComfyServer, environment: Path) -> Json:
    """What ``open_workflows.mjs`` prints after it has opened every graph."""
    script = REPOSITORY / "tests" / "comfy" / "open_workflows.mjs"
    driver = environment / "browser" / "node_modules" / "playwright-core"
    files = [folder.ui / f"{name}.json" for folder in (SHIPPED, KEPT) for name in folder.names()]
    command = ["node", script, driver, browser(), server.url, "-", *files]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_script_fails(report: Json) -> None:
    assert report["errors"] == []


@pytest.mark.parametrize("name", SHIPPED.names())
def test_a_shipped_workflow_opens_and_exports_its_api_file(report: Json, info: dict[str, Any], name: str) -> None:
    opened = report["graphs"][str(SHIPPED.ui / f"{name}.json")]
    assert opened["missing"] == []
    assert opened["overlaps"] == []
    exported = {number: without_display_widgets(node, info) for number, node in opened["prompt"].items()}
    assert exported == SHIPPED.executable(name)


@pytest.mark.parametrize("name", KEPT.names())
def test_a_kept_workflow_opens_with_every_value_that_was_saved(report: Json, info: dict[str, Any], name: str) -> None:
    opened, kept = report["graphs"][str(KEPT.ui / f"{name}.json")], KEPT.executable(name)
    assert opened["missing"] == []
    assert set(opened["prompt"]) == set(kept)
    for number, node in kept.items():
        exported = without_display_widgets(opened["prompt"][number], info)
        later = {key: exported["inputs"].pop(key) for key in set(exported["inputs"]) - set(node["inputs"])}
        assert exported == node
        assert later == {key: input_specs(info[node["class_type"]])[key][1]["default"] for key in later}


def without_display_widgets(node: Json, info: dict[str, Any]) -> Json:
    """A node without the front end's own display widgets, which the server does not know."""
    known = input_specs(info[node["class_type"]])
    return node | {"inputs": {name: value for name, value in node["inputs"].items() if name in known}}
