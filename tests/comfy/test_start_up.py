"""Dropping the pack into custom_nodes costs next to nothing."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from comfy_server import REPOSITORY

MAX_SECONDS = 0.3  # of processor time, which other programs do not change
SCRIPT = """
import asyncio, importlib.util, json, sys, time
sys.path[:0] = [".", LAUNCHER]
from launch import stand_in_for_cuda_parts
operators = stand_in_for_cuda_parts()
sys.argv = ["main.py", "--cpu"]
import comfy.options
comfy.options.enable_args_parsing()
import comfy_api.latest, comfy.model_management, comfy.model_patcher, folder_paths, safetensors.torch, av, PIL.Image
print(MARK)
started = time.process_time()
spec = importlib.util.spec_from_file_location("pack", PACK + "/__init__.py")
pack = importlib.util.module_from_spec(spec)
sys.modules["pack"] = pack
spec.loader.exec_module(pack)
nodes = asyncio.run(asyncio.run(pack.comfy_entrypoint()).get_node_list())
ids = [node.GET_SCHEMA().node_id for node in nodes]
seconds = time.process_time() - started
print(json.dumps({"ids": ids, "seconds": seconds}))
"""
MARK = "the pack is imported from here on"
PLACES = {"PACK": REPOSITORY, "LAUNCHER": Path(__file__).parent, "MARK": MARK}
for place, value in PLACES.items():
    SCRIPT = SCRIPT.replace(place, repr(str(value)))


@pytest.fixture(scope="module")
def imports(environment: Path) -> list[dict[str, Any]]:
    """What three fresh interpreters report; anything that the pack prints would break the one line after the mark."""
    command = [str(environment / "venv" / "bin" / "python"), "-c", SCRIPT]
    variables = {**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1"}
    reports = []
    for _ in range(3):
        done = subprocess.run(
            command, cwd=environment / "ComfyUI", env=variables, capture_output=True, text=True, check=True
        )
        (line,) = done.stdout.split(f"{MARK}\n")[1].splitlines()
        reports.append(json.loads(line))
    return reports


def test_importing_brings_every_node(imports: list[dict[str, Any]], info: dict[str, Any]) -> None:
    assert {name for name in info if name.startswith("NarratingFace_")} == set(imports[0]["ids"])


def test_importing_is_quick(imports: list[dict[str, Any]]) -> None:
    assert min(report["seconds"] for report in imports) < MAX_SECONDS
