"""One real ComfyUI server for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from comfy_server import ComfyServer, environment_folder
from tiny_hallo_files import write_files
from tiny_xtts import random_state, write_vocabulary


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder has the marker ``comfy``."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.comfy)


@pytest.fixture(scope="session")
def environment() -> Path:
    return environment_folder()


@pytest.fixture(scope="session")
def server(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyServer]:
    """With tiny random checkpoints under the published names, as a user would place the real ones."""
    running = ComfyServer(environment, tmp_path_factory.mktemp("comfyui"))
    models = running.base / "models" / "narrating_face"
    write_files(models)
    write_xtts(models / "xtts")
    running.start()
    yield running
    running.stop()


def write_xtts(folder: Path) -> None:
    folder.mkdir(parents=True)
    torch.save({"model": random_state(), "config": {"gpt_n_heads": 4}}, folder / "model.pth")
    write_vocabulary(folder)


@pytest.fixture(scope="session")
def info(server: ComfyServer) -> dict[str, Any]:
    """Every node definition that the server offers."""
    return server.get("/object_info")
