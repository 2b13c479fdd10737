"""Dropping the pack into custom_nodes costs next to nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from comfy_server import REPOSITORY

SCRIPT = """
import asyncio, importlib.util, sys, time
sys.path[:0] = [".", LAUNCHER]
from launch import stand_in_for_cuda_parts
operators = stand_in_for_cuda_parts()
sys.argv = ["main.py", "--cpu"]
import comfy.options
comfy.options.enable_args_parsing()
import comfy_api.latest, comfy.model_management, comfy.model_patcher, folder_paths, safetensors.torch, av, PIL.Image
print(MARK)
started = time.perf_counter()
spec = importlib.util.spec_from_file_location("pack", PACK + "/__init__.py")
pack = importlib.util.module_from_spec(spec)
sys.modules["pack"] = pack
spec.loader.exec_module(pack)
nodes = asyncio.run(asyncio.run(pack.comfy_entrypoint()).get_node_list())
schemas = [node.GET_SCHEMA() for node in nodes]
print(len(schemas), time.perf_counter() - started, "transformers" in sys.modules)
"""
MARK = "the pack is imported from here on"
PLACES = {"PACK": REPOSITORY, "LAUNCHER": Path(__file__).parent, "MARK": MARK}
for place, value in PLACES.items():
    SCRIPT = SCRIPT.replace(place, repr(str(value)))


def test_importing_the_nodes_is_quick_and_silent(environment: Path) -> None:
    python, folder = environment / "venv" / "bin" / "python", environment / "ComfyUI"
    variables = {**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1"}
    best = min((measure(python, folder, variables) for _ in range(3)), key=lambda seen: seen[1])
    assert best[0] == 23
    assert best[1] < 0.3


def measure(python: Path, folder: Path, variables: dict[str, str]) -> tuple[int, float]:
    """Nodes and seconds; anything that the pack prints would break the one line that follows the mark."""
    command = [str(python), "-c", SCRIPT]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=True)
    (line,) = done.stdout.split(f"{MARK}\n")[1].splitlines()
    count, seconds, _ = line.split()
    return int(count), float(seconds)
