"""Write workflows/*.json with their pictures and workflows/api/*.json, from ``workflow_descriptions.py``.

The node definitions come from a real server, the pictures from its front end (needs Chromium and Node.js).
Run it after a change of widgets: ``python tests/comfy/build_workflows.py``.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from comfy_graphs import Json, executable
from comfy_server import REPOSITORY, ComfyServer, environment_folder
from PIL import Image
from workflow_descriptions import WORKFLOWS
from workflow_layout import Layout

FOLDER = REPOSITORY / "workflows"
PICTURE_SIDE = 1600  # pixels


def write(path: Path, value: Json) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    environment = environment_folder()
    with tempfile.TemporaryDirectory() as base:
        server = ComfyServer(environment, Path(base))
        server.start()
        try:
            write_graphs(server.get("/object_info"))
            draw_pictures(server, environment, Path(base))
        finally:
            server.stop()


def write_graphs(info: Json) -> None:
    for name, workflow in WORKFLOWS.items():
        graph = Layout(workflow, info).graph()
        write(FOLDER / f"{name}.json", graph)
        write(FOLDER / "api" / f"{name}.json", executable(graph, info))


def draw_pictures(server: ComfyServer, environment: Path, shots: Path) -> None:
    """Screenshots of the graphs in the front end."""
    script = REPOSITORY / "tests" / "comfy" / "open_workflows.mjs"
    driver = environment / "browser" / "node_modules" / "playwright-core"
    command = ["node", script, driver, "/usr/bin/chromium", server.url, shots, *sorted(FOLDER.glob("*.json"))]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    for name in WORKFLOWS:
        with Image.open(shots / f"{name}.png") as shot:
            shot.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
            shot.convert("RGB").save(FOLDER / f"{name}.jpg", quality=80)


if __name__ == "__main__":
    main()
